using System.Net;
using TestLab.Labs.Plans;

namespace TestLab.Labs.Running;

/// <summary>What a guest learns of its lab before its first process runs.</summary>
internal static class GuestCommandLine
{
    /// <summary>Whether the image's own init reads addresses off the command line; systemd does not.</summary>
    public static bool ConfiguresNetworks(MachinePlan machine) => machine.Image.System == InitSystem.Minimal;

    public static string Of(CellPlan cell, MachinePlan machine, string imageCommandLine)
    {
        if (machine.Image.System is null) return imageCommandLine;
        var words = new List<string> { imageCommandLine, $"testlab.hostname={machine.Name}" };
        if (ConfiguresNetworks(machine))
        {
            words.AddRange(machine.Cards.Select((card, number) => $"testlab.address=eth{number}:{AddressOf(cell, card)}"));
            if (RoutePlan.Gateway(cell, machine) is { } gateway) words.Add($"testlab.gateway={gateway}");
            words.AddRange(NameServers(cell, machine).Select(server => $"testlab.dns={server}"));
        }

        return string.Join(' ', words).Trim();
    }

    /// <summary>With the length of the prefix, as <c>10.9.0.2/24</c>.</summary>
    public static string AddressOf(CellPlan cell, CardPlan card) =>
        $"{card.Address}/{cell.Networks.Single(network => network.Name == card.Network).Subnet.PrefixLength}";

    /// <summary>Those that know the outside first: what the others do not know, they say does not exist.</summary>
    public static IReadOnlyList<IPAddress> NameServers(CellPlan cell, MachinePlan machine) =>
        [.. machine.Cards
            .Select(card => cell.Networks.Single(network => network.Name == card.Network))
            .Where(network => network.Dns.IsServed)
            .OrderByDescending(network => network.Kind == NetworkKind.Nat)
            .Select(network => network.Gateway)
            .Distinct()];
}
