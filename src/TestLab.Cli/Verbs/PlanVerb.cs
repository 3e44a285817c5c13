using System.CommandLine;
using TestLab.Cli.Verbs.Plans;
using TestLab.Labs;
using TestLab.Labs.Plans;

namespace TestLab.Cli.Verbs;

/// <summary><c>testlab plan</c>: what would run, without running it.</summary>
internal static class PlanVerb
{
    public static Command Create()
    {
        Argument<string> lab = LabInput.Lab();
        var only = new Option<string[]>("--only")
        {
            Description = "Only cells of the matrix with this value; may be repeated.",
            HelpName = "key=value",
        };
        var list = new Option<bool>("--list") { Description = "Only list the cells of the matrix." };
        var json = new Option<bool>("--json") { Description = "Print the plan as JSON, for programs." };
        var verb = new Command("plan", "Show what a lab would run: machines, networks, links, order, steps.") { lab, only, list, json };
        verb.SetAction(parsed =>
        {
            LabReading reading = LabInput.Read(parsed.GetRequiredValue(lab), out string path);
            if (reading.Plan is not { } plan)
            {
                LabInput.Complain(path, reading, parsed.InvocationConfiguration.Error);
                return (int)ExitCode.WrongInput;
            }
            IReadOnlyList<CellPlan> cells = CellFilter.Choose(plan, parsed.GetValue(only) ?? [], out string? error);
            if (error is not null) throw new WrongInputException($"--only: {error}", "see testlab plan --list");
            plan = plan with { Cells = cells };
            TextWriter output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json)) output.WriteLine(CanonicalForm.Json(plan));
            else if (parsed.GetValue(list)) PlanTables.WriteCells(output, plan);
            else PlanTables.Write(output, plan);
            return (int)ExitCode.Passed;
        });
        return verb;
    }
}
