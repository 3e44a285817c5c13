using System.CommandLine;
using System.CommandLine.Parsing;
using TestLab.Cli.Runs;
using TestLab.Cli.Verbs.Plans;
using TestLab.Cli.Verbs.Runs;
using TestLab.Labs;
using TestLab.Labs.Plans;
using TestLab.Processor.Execution;
using TestLab.Storage.Runs;

namespace TestLab.Cli.Verbs;

/// <summary><c>testlab run</c>: a lab from its file to the verdict.</summary>
internal static class RunVerb
{
    private const int ThreadsMax = 256;

    public static Command Create()
    {
        Argument<string> lab = LabInput.Lab();
        var only = new Option<string[]>("--only")
        {
            Description = "Only cells of the matrix with this value; may be repeated.",
            HelpName = "key=value",
        };
        var list = new Option<bool>("--list") { Description = "Only list the cells of the matrix." };
        var seed = new Option<ulong?>("--seed") { Description = "Seed of all random numbers, in place of the lab's.", HelpName = "N" };
        Option<int?> threads = Count("--threads", "Threads for each cell (default: as many as help).");
        Option<int?> jobs = Count("--jobs", "Cells that run at once (default: as memory and cores allow).");
        var engine = new Option<string?>("--engine") { Description = "What executes the guests: interpreter or translator (default: the fastest here).", HelpName = "ENGINE" };
        engine.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } name && Engines.Find(name) is null)
                result.AddError($"unknown engine {name}; known are {string.Join(", ", Engines.Names)}");
        });
        var folder = new Option<string?>("--out") { Description = "Folder for consoles, captures and reports.", HelpName = "DIR" };
        var replay = new Option<string?>("--replay")
        {
            Description = "Hear what the outside said in an earlier run, in place of the outside.",
            HelpName = "RUN",
        };
        var json = new Option<bool>("--json") { Description = "Print the result as JSON, for programs." };
        var quiet = new Option<bool>("--quiet") { Description = "Print nothing of a run that passes." };
        var junit = new Option<string?>("--junit") { Description = "Write a JUnit report here too.", HelpName = "FILE" };
        var html = new Option<string?>("--html") { Description = "Write the report for people here too.", HelpName = "FILE" };
        var verb = new Command("run", "Run a lab: its machines, its networks, the steps of its test.")
        {
            lab, only, list, seed, threads, jobs, engine, folder, replay, json, quiet, junit, html,
        };
        verb.SetAction(parsed => Run(
            new RunRequest
            {
                Lab = parsed.GetRequiredValue(lab),
                Only = parsed.GetValue(only) ?? [],
                Seed = parsed.GetValue(seed),
                Threads = parsed.GetValue(threads),
                Jobs = parsed.GetValue(jobs),
                Engine = parsed.GetValue(engine),
                Folder = parsed.GetValue(folder),
                Replay = parsed.GetValue(replay) is { } earlier ? KnownRun.Folder(RunCatalog.Open(), earlier) : null,
                Junit = parsed.GetValue(junit),
                Html = parsed.GetValue(html),
                ListsCells = parsed.GetValue(list),
                PrintsJson = parsed.GetValue(json),
                IsQuiet = parsed.GetValue(quiet),
            },
            parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error));
        return verb;
    }

    private static int Run(RunRequest request, TextWriter output, TextWriter errors)
    {
        LabReading reading = LabInput.Read(request.Lab, out string path);
        if (reading.Plan is not { } plan)
        {
            LabInput.Complain(path, reading, errors);
            return (int)ExitCode.WrongInput;
        }

        IReadOnlyList<CellPlan> cells = CellFilter.Choose(plan, request.Only, out string? error);
        if (error is not null) throw new WrongInputException($"--only: {error}", "see testlab run --list");
        plan = plan with { Cells = cells };
        if (request.ListsCells)
        {
            PlanTables.WriteCells(output, plan);
            return (int)ExitCode.Passed;
        }

        return (int)new RunSession(request, plan, path, output, errors).RunAsync().GetAwaiter().GetResult();
    }

    private static Option<int?> Count(string name, string description)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = "N" };
        option.Validators.Add(result =>
        {
            // What is no number is the parser's to refuse.
            if (result.Tokens is [var token] && long.TryParse(token.Value, out long count) && count is (< 1 or > ThreadsMax))
                result.AddError($"{name} {token.Value}: from 1 to {ThreadsMax}");
        });
        return option;
    }
}
