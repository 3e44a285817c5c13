using System.Text.RegularExpressions;

namespace TestLab.Images.Packages;

/// <summary>One step of an installation, as apt plans it.</summary>
/// <param name="Step">What is done.</param>
/// <param name="Name">The package, with its architecture where it is not the system's.</param>
/// <param name="Version">What is installed; null for a removal.</param>
/// <param name="Architecture">Debian's word, or <c>all</c>; null for a removal.</param>
/// <param name="IsUpgrade">Whether another version of it is there.</param>
internal sealed partial record PlannedStep(
    PackageStep Step, string Name, string? Version = null, string? Architecture = null, bool IsUpgrade = false)
{
    /// <summary>The name that apt gives the package's file.</summary>
    public string FileName => DebianPackage.FileNameOf(Name.Split(':')[0], Version ?? "", Architecture ?? "");

    /// <summary>The step as a line for the script <c>unpack</c>.</summary>
    public override string ToString() => Step switch
    {
        PackageStep.Unpack => $"unpack {Name} {FileName} {(IsUpgrade ? "upgrade" : "new")}",
        PackageStep.Configure => $"configure {Name}",
        _ => $"remove {Name}",
    };

    /// <summary>Reads what <c>apt-get --simulate install</c> wrote, in its order.</summary>
    public static IReadOnlyList<PlannedStep> Parse(string simulation)
        => [.. simulation.Split('\n').Select(line => Line().Match(line)).Where(match => match.Success).Select(Of)];

    private static PlannedStep Of(Match match)
    {
        string name = match.Groups["name"].Value;
        return match.Groups["step"].Value switch
        {
            "Remv" or "Purg" => new PlannedStep(PackageStep.Remove, name),
            "Conf" => new PlannedStep(PackageStep.Configure, name),
            _ => new PlannedStep(
                PackageStep.Unpack,
                name,
                match.Groups["version"].Value,
                match.Groups["architecture"].Value,
                match.Groups["old"].Success),
        };
    }

    // Inst libc6 [2.36-9] (2.36-10 Debian:12.1/stable, Debian-Security:12/stable-security [i386]) []
    [GeneratedRegex(
        @"^(?<step>Inst|Conf|Remv|Purg) (?<name>\S+)(?: \[(?<old>[^\]]*)\])?(?: \((?<version>\S+).*\[(?<architecture>[^\]]+)\]\))?")]
    private static partial Regex Line();
}
