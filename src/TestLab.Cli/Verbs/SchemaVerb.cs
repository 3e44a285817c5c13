using System.CommandLine;
using TestLab.Labs;

namespace TestLab.Cli.Verbs;

/// <summary><c>testlab schema</c>: the JSON Schema of lab files, for editors.</summary>
internal static class SchemaVerb
{
    public static Command Create()
    {
        var verb = new Command("schema", "Print the JSON Schema of lab files, for editors.");
        verb.SetAction(parsed =>
        {
            parsed.InvocationConfiguration.Output.Write(LabSchema.Text());
            return (int)ExitCode.Passed;
        });
        return verb;
    }
}
