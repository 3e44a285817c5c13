using TestLab.Images;
using TestLab.Labs.Links;
using TestLab.Labs.Plans;
using TestLab.Labs.Results;
using TestLab.Labs.Running;
using TestLab.Simulation;

namespace TestLab.Labs.Tests.Running;

/// <summary>Runs a lab from its text.</summary>
internal static class Rehearsal
{
    public static async Task<CellResult> RunAsync(string text, LabRunOptions options, CancellationToken cancellation = default)
    {
        using LabRun run = await PrepareAsync(text, options);
        return run.Execute(cancellation);
    }

    public static async Task<LabRun> PrepareAsync(string text, LabRunOptions options)
    {
        string folder = options.Folder ?? Path.GetTempPath();
        return await PrepareAsync(
            LabFile.Parse(System.Text.Encoding.UTF8.GetBytes(text), "lab.yaml", folder, new NetworkProfiles()), folder, options);
    }

    /// <summary>Runs the first cell of a lab file, or the first that <c>--only</c> would choose.</summary>
    public static async Task<CellResult> RunFileAsync(string path, LabRunOptions options, params string[] only)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        LabReading reading = LabFile.Read(path, new NetworkProfiles(), new ImageCatalog());
        if (reading.Plan is { } plan)
            reading = reading with { Plan = plan with { Cells = CellFilter.Choose(plan, only, out _) } };
        using LabRun run = await PrepareAsync(reading, folder, options);
        return run.Execute(CancellationToken.None);
    }

    private static async Task<LabRun> PrepareAsync(LabReading reading, string folder, LabRunOptions options)
    {
        LabPlan plan = reading.Plan ?? throw new AssertionException(string.Join('\n', reading.Problems));
        LabMaterial material = await new MaterialLoader(new ImageCatalog(), folder)
            .LoadAsync(plan.Cells[0], null, CancellationToken.None);
        return new LabRun(plan.Cells[0], material, options, new Nobody());
    }

    private sealed class Nobody : IRunObserver
    {
        public void MachineChanged(VirtualTime time, string machine, MachineStage stage)
        {
        }

        public void ConsoleWritten(VirtualTime time, string machine, ReadOnlySpan<byte> bytes)
        {
        }

        public void StepStarted(VirtualTime time, StepPlan step)
        {
        }

        public void StepEnded(VirtualTime time, StepResult result)
        {
        }
    }
}
