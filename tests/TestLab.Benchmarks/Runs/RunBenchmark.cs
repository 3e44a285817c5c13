using System.Diagnostics;
using System.Text.Json;

namespace TestLab.Benchmarks.Runs;

/// <summary>What a user waits for beside the guests' own work: start, verdict, steps, sleep; by the program as it is installed.</summary>
/// <remarks>Peers run in between, on the same host in the same minute, so that their ratio says something on a busy host too.</remarks>
internal static class RunBenchmark
{
    private const int Repetitions = 5;
    private const int StepCount = 200;
    private const string Qemu = "/usr/bin/qemu-system-x86_64";

    private static readonly string Program = Path.Combine(Root(), "testlab");

    public static void Run()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("testlab-runs-");
        Environment.SetEnvironmentVariable("TESTLAB_DATA", Path.Combine(folder.FullName, "data"));
        try
        {
            // Built, and its image too, before anything is measured.
            Check(ProgramRun.Of(null, Program, "boot", "--image", "tiny", "--time-limit", "1us"), 4);
            MeasureStart(folder.FullName);
            MeasureVerdict(folder.FullName);
            MeasureSteps(folder.FullName);
            MeasureSleep(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void MeasureStart(string folder)
    {
        string lab = Lab(folder, "start", "");
        string output = Path.Combine(folder, "start");
        var (version, boot, run, dotnet, qemu) = (new Series(), new Series(), new Series(), new Series(), new Series());
        for (int i = 0; i < Repetitions; i++)
        {
            dotnet.Add(ProgramRun.Of(null, "dotnet", "--version").Length);
            version.Add(ProgramRun.Of(null, Program, "--version").Length);
            boot.Add(Check(ProgramRun.Of(null, Program, "boot", "--image", "tiny", "--time-limit", "1us"), 4).Length);
            if (Directory.Exists(output)) Directory.Delete(output, recursive: true);
            ProgramRun started = Check(ProgramRun.Of(Path.Combine(output, "box.console"), Program, "run", lab, "--out", output), 0);
            run.Add(started.FirstBytes ?? started.Length);
            if (File.Exists(Qemu)) qemu.Add(ProgramRun.Of(null, Qemu, "-version").Length);
        }

        Console.WriteLine("From the command on, in milliseconds (median; smallest):");
        Console.WriteLine($"  dotnet --version                              {dotnet}");
        if (qemu.Count > 0) Console.WriteLine($"  qemu-system-x86_64 -version                   {qemu}");
        Console.WriteLine($"  testlab --version                             {version}");
        Console.WriteLine($"  testlab boot: a microsecond of a guest, to the end  {boot}   {boot.Over(dotnet):F2} of dotnet --version");
        Console.WriteLine($"  testlab run: the guest's first words          {run}   {run.Over(dotnet):F2} of dotnet --version");
    }

    private static void MeasureVerdict(string folder)
    {
        string lab = Lab(folder, "verdict", "");
        var series = new Series();
        var alone = new Series();
        for (int i = 0; i < Repetitions; i++)
        {
            ProgramRun run = Check(ProgramRun.Of(null, Program, "run", lab), 0);
            series.Add(run.Length - run.When("box: ready"));
            alone.Add(ProgramRun.Of(null, "sh", "-c", "true").Length);
        }

        Console.WriteLine($"From ready to the verdict, reports and catalog written: {series}   (sh -c true: {alone})");
    }

    private static void MeasureSteps(string folder)
    {
        string few = Lab(folder, "few", "steps: [ { run: \"true\" } ]");
        string many = Lab(folder, "many", $"steps: [ {string.Join(", ", Enumerable.Repeat("{ run: \"true\" }", 1 + StepCount))} ]");
        var (host, guest, native) = (new Series(), new Series(), new Series());
        for (int i = 0; i < Repetitions; i++)
        {
            (TimeSpan Host, TimeSpan Guest) one = Time(folder, few);
            (TimeSpan Host, TimeSpan Guest) all = Time(folder, many);
            host.Add((all.Host - one.Host) / StepCount);
            guest.Add((all.Guest - one.Guest) / StepCount);
            long start = Stopwatch.GetTimestamp();
            for (int step = 0; step < StepCount; step++) ProgramRun.Of(null, "sh", "-c", "true");
            native.Add(Stopwatch.GetElapsedTime(start) / StepCount);
        }

        Console.WriteLine($"A step that runs true, of {StepCount}: {host} of host time, {guest} of guest time; "
            + $"sh -c true on the host: {native}   {host.Over(native):F2} of it");
    }

    private static void MeasureSleep(string folder)
    {
        string moment = Lab(folder, "moment", "steps: [ { run: sleep 1 } ]");
        string hour = Lab(folder, "hour", "steps: [ { run: sleep 3600, timeout: 2h } ]");
        var series = new Series();
        for (int i = 0; i < Repetitions; i++) series.Add(Time(folder, hour).Host - Time(folder, moment).Host);
        Console.WriteLine($"A step that sleeps an hour, over one that sleeps a second: {series} of host time");
    }

    /// <summary>The host time of the cell, as its result tells it, and the guest time.</summary>
    private static (TimeSpan Host, TimeSpan Guest) Time(string folder, string lab)
    {
        string output = Path.Combine(folder, "timed");
        Check(ProgramRun.Of(null, Program, "run", lab, "--quiet", "--out", output), 0);
        using JsonDocument result = JsonDocument.Parse(File.ReadAllText(Path.Combine(output, "results.json")));
        JsonElement cell = result.RootElement.GetProperty("cells")[0];
        return (TimeSpan.FromSeconds(cell.GetProperty("hostSeconds").GetDouble()),
            TimeSpan.FromMicroseconds(cell.GetProperty("virtualNanoseconds").GetInt64() / 1e3));
    }

    private static string Lab(string folder, string name, string rest)
    {
        string file = Path.Combine(folder, $"{name}.yaml");
        File.WriteAllText(file, $"lab: {name}\nmachines: {{ box: {{ image: tiny }} }}\n{rest}\n");
        return file;
    }

    private static ProgramRun Check(ProgramRun run, int code) => run.ExitCode == code
        ? run
        : throw new InvalidOperationException($"exit code {run.ExitCode}: {string.Join('\n', run.Errors.Select(each => each.Line))}");

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "TestLab.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The benchmark must run inside the repository.");
    }
}
