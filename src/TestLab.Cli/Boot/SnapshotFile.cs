using TestLab.Machines;

namespace TestLab.Cli.Boot;

/// <summary>Snapshots of a machine as files.</summary>
internal static class SnapshotFile
{
    public static void Save(PersonalComputer machine, string path) =>
        throw new NotSupportedException($"no snapshots yet: {path} at {machine.Now}");

    public static string Hash(PersonalComputer machine) =>
        throw new NotSupportedException($"no hashes yet, at {machine.Now}");
}
