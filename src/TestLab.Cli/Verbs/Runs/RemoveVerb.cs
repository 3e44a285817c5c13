using System.CommandLine;
using TestLab.Storage;
using TestLab.Storage.Runs;

namespace TestLab.Cli.Verbs.Runs;

/// <summary><c>testlab runs rm</c>: the result and, where it is among the program's data, the folder.</summary>
internal static class RemoveVerb
{
    public static Command Create()
    {
        Argument<string> run = KnownRun.Argument();
        var verb = new Command("rm", "Remove a run with its files; a folder named by --out stays.") { run };
        verb.SetAction(parsed =>
        {
            RunCatalog catalog = RunCatalog.Open();
            string name = KnownRun.Find(catalog, parsed.GetRequiredValue(run));
            string folder = Path.Combine(DataFolder.Path, "runs", name);
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
            catalog.Remove(name);
            return (int)ExitCode.Passed;
        });
        return verb;
    }
}
