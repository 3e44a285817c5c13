using System.CommandLine;
using System.Text.Json;
using TestLab.Cli.Verbs.Plans;
using TestLab.Labs;

namespace TestLab.Cli.Verbs;

/// <summary><c>testlab validate</c>: whether a lab file is right, and everything that is wrong in it.</summary>
internal static class ValidateVerb
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static Command Create()
    {
        Argument<string> lab = LabInput.Lab();
        var json = new Option<bool>("--json") { Description = "Print the errors as JSON, for programs." };
        var verb = new Command("validate", "Check a lab file and show every error in it.") { lab, json };
        verb.SetAction(parsed =>
        {
            LabReading reading = LabInput.Read(parsed.GetRequiredValue(lab), out string path);
            TextWriter output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json)) output.WriteLine(JsonSerializer.Serialize(reading.Problems, Json));
            else if (reading.Plan is { } plan) output.WriteLine($"{path}: {PlanTables.Summary(plan)}");
            else LabInput.Complain(path, reading, parsed.InvocationConfiguration.Error);
            return (int)(reading.Plan is null ? ExitCode.WrongInput : ExitCode.Passed);
        });
        return verb;
    }
}
