using System.CommandLine;
using TestLab.Cli.Verbs.Runs;

namespace TestLab.Cli.Verbs;

/// <summary><c>testlab runs</c>: its own verbs are one file each in <c>Runs</c>.</summary>
internal static class RunsVerb
{
    public static Command Create() => new("runs", "List, show, compare and remove the results of runs.")
    {
        ListVerb.Create(),
        ShowVerb.Create(),
        CompareVerb.Create(),
        HistoryVerb.Create(),
        RemoveVerb.Create(),
    };
}
