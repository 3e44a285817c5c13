namespace TestLab.Images.RootFileSystem;

/// <summary>Passes on what dpkg says that it does on a build machine, and how far it is.</summary>
internal sealed class SetUpProgress(BuildSite site, int packages)
{
    private const string SettingUp = "Setting up ";

    private static readonly string[] _told = [SettingUp, "Unpacking ", "Processing ", "Packing "];

    private int _done;

    /// <summary>Takes a line of dpkg's, or of what packs the result.</summary>
    public void Hear(string line)
    {
        if (!_told.Any(start => line.StartsWith(start, StringComparison.Ordinal)))
        {
            return;
        }
        string what = $"{char.ToLowerInvariant(line[0])}{line[1..].Split(" (")[0].TrimEnd('.', ' ')}";
        // A package may be set up more than once: for a trigger, or where its first attempt came too early.
        bool isCounted = line.StartsWith(SettingUp, StringComparison.Ordinal) && _done < packages;
        site.ReportDetail(isCounted ? $"{what} ({++_done} of {packages})" : what);
    }
}
