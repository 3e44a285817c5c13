using TestLab.Storage;

namespace TestLab.Cli.Runs;

/// <summary>A run's name and the folder of its results.</summary>
internal sealed record RunPlace(string Run, string Folder)
{
    /// <summary>Makes the folder: the one that the user names, or a new one among the program's data.</summary>
    /// <exception cref="WrongInputException">There can be no such folder.</exception>
    public static RunPlace Create(string lab, string? folder, DateTimeOffset now)
    {
        // Two runs of one second are told apart by chance; a name may be shortened wherever one is asked for.
        string run = $"{lab}-{now:yyyyMMdd-HHmmss}-{Random.Shared.Next(0x10000):x4}";
        string place = folder is null ? Path.Combine(DataFolder.Path, "runs", run) : Path.GetFullPath(folder);
        try
        {
            Directory.CreateDirectory(place);
            return new RunPlace(run, place);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new WrongInputException($"no results can be written: {error.Message.TrimEnd('.')}",
                folder is null ? "set TESTLAB_DATA to a folder that can be written" : "name another folder with --out");
        }
    }
}
