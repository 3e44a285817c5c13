using System.CommandLine;
using TestLab.Cli.Runs;
using TestLab.Labs.Results;
using TestLab.Storage.Runs;

namespace TestLab.Cli.Verbs.Runs;

/// <summary><c>testlab runs compare</c>: whether two runs were the same, or where they first differ.</summary>
internal static class CompareVerb
{
    public static Command Create()
    {
        Argument<string> first = KnownRun.Argument();
        Argument<string> second = KnownRun.Argument("OTHER");
        Option<bool> json = KnownRun.Json();
        var verb = new Command("compare", "Compare two runs; code 1 where they differ.") { first, second, json };
        verb.SetAction(parsed =>
        {
            RunCatalog catalog = RunCatalog.Open();
            LabResult one = KnownRun.Get(catalog, parsed.GetRequiredValue(first));
            LabResult two = KnownRun.Get(catalog, parsed.GetRequiredValue(second));
            string? difference = RunComparison.FirstDifference(one, two);
            TextWriter output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json))
            {
                output.WriteLine(KnownRun.ToJson(new
                {
                    first = one.Run,
                    second = two.Run,
                    equal = difference is null,
                    difference,
                }));
            }
            else
            {
                output.WriteLine(difference ?? $"equal: {one.Run} and {two.Run}, {one.Cells.Count} hashes");
            }

            return (int)(difference is null ? ExitCode.Passed : ExitCode.Failed);
        });
        return verb;
    }
}
