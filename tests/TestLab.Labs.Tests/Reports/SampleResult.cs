using TestLab.Labs.Results;

namespace TestLab.Labs.Tests.Reports;

/// <summary>A result with one of everything, for what shows results.</summary>
internal static class SampleResult
{
    public const string HostileOutput = "<script>alert(1)</script> & \u0007 \u001b[31mred\u001b[0m \uFFFF";

    public static LabResult WithFailure => Of(Failed);

    public static LabResult NeverReady => Of(Failed with
    {
        Verdict = Verdict.TimedOut,
        Failure = "backend was not ready within 30 s",
        Steps = [],
    });

    public static LabResult Matrix => Of(
        Failed with { Name = "release=12", Variables = Variables("12"), Verdict = Verdict.Passed, Failure = null, Steps = [Passed] },
        Failed with { Name = "release=13", Variables = Variables("13") });

    /// <summary>Many machines with long names, many steps, a matrix of many cells.</summary>
    public static LabResult Crowd => Of([.. Enumerable.Range(1, 12).Select(number => CrowdCell with
    {
        Name = $"release={10 + number},line=satellite-geostationary",
        Variables = new Dictionary<string, string>
        {
            ["release"] = $"{10 + number}", ["line"] = "satellite-geostationary", ["packages"] = "nginx-light haproxy openssl",
        },
        Verdict = number % 5 == 0 ? Verdict.Failed : number % 7 == 0 ? Verdict.TimedOut : Verdict.Passed,
        Failure = number % 5 == 0 ? $"step \"{new string('x', 80)}\" did not pass" : null,
    })]);

    private static CellResult CrowdCell => Failed with
    {
        Networks = [.. Enumerable.Range(1, 3).Select(number => new NetworkResult
        {
            Name = $"network-of-the-branch-office-{number}", Kind = "host-only", Subnet = $"10.{number}0.100.0/24",
        })],
        Machines = [.. Enumerable.Range(1, 20).Select(number => new MachineResult
        {
            Name = $"workstation-in-the-branch-{number}", Image = "debian:13 + nginx-light + haproxy + openssl + curl", State = "ready",
            MemoryBytes = 256 << 20, StartedAtNanoseconds = 0, ReadyAtNanoseconds = number * 100_000_000L, Instructions = 9_999_999_999,
            Networks = [new MachineResult.MachineNetwork
            {
                Network = $"network-of-the-branch-office-{1 + number % 3}", Address = $"10.{1 + number % 3}0.100.{100 + number}",
                Link = "client.wan",
            }],
        })],
        Steps = [.. Enumerable.Range(1, 8).Select(number => Lost with { Name = $"step {number}: {new string('w', 60)}" })],
    };

    private static StepResult Passed => new()
    {
        Name = "the page arrives",
        Kind = "run",
        Machines = ["client"],
        Verdict = StepVerdict.Passed,
        Source = "lab.yaml:40",
        StartNanoseconds = 5_000_000_000,
        EndNanoseconds = 9_000_000_000,
        Tries = 2,
        Attempts = [new AttemptResult { Machine = "client", Command = "wget -qO- http://server/", ExitCode = 0, Stdout = "Welcome\n" }],
    };

    private static StepResult Lost => new()
    {
        Name = "no request is lost",
        Kind = "run",
        Machines = ["client"],
        Verdict = StepVerdict.Failed,
        Failure = "stdout is not what was expected",
        StartNanoseconds = 9_000_000_000,
        EndNanoseconds = 29_000_000_000,
        Attempts =
        [
            new AttemptResult
            {
                Machine = "client",
                Command = "count-lost",
                ExitCode = 1,
                Stdout = HostileOutput,
                Checks = [new CheckResult { Subject = "stdout", Expected = "none lost", Got = "three lost", Passed = false }],
            },
        ],
    };

    private static CellResult Failed => new()
    {
        Name = "",
        Seed = 42,
        Verdict = Verdict.Failed,
        Failure = "step 2, \"no request is lost\": stdout is not what was expected",
        Hash = "7ae09ece048fa115",
        VirtualNanoseconds = 30_000_000_000,
        HostSeconds = 12.5,
        Networks = [new NetworkResult { Name = "wan", Kind = "segment", Subnet = "10.9.0.0/24" }],
        Machines =
        [
            new MachineResult
            {
                Name = "client", Image = "tiny:13", MemoryBytes = 128 << 20, State = "ready", StartedAtNanoseconds = 0,
                ReadyAtNanoseconds = 1_100_000_000, Instructions = 2_300_000_000,
                Networks = [new MachineResult.MachineNetwork { Network = "wan", Address = "10.9.0.2", Link = "client.wan" }],
            },
            new MachineResult
            {
                Name = "backend", Image = "debian:13", MemoryBytes = 256 << 20, State = "booting", StartedAtNanoseconds = 0,
                ConsoleTail = "Kernel panic - not syncing\n",
            },
        ],
        Steps = [Passed, Lost, new StepResult { Name = "clean up", Kind = "run", Verdict = StepVerdict.Skipped }],
        Links =
        [
            new LinkResult
            {
                Name = "client.wan", Machine = "client", Network = "wan",
                Down = new DirectionResult
                {
                    Settings = "2 Mbit/s, 80 ms", RateBitsPerSecond = 2_000_000, Frames = 2_210, Bytes = 2_900_000,
                    Drops = new Dictionary<string, ulong> { ["loss"] = 22 }, QueueMaximumBytes = 65_000,
                    Samples = [.. Enumerable.Range(0, 60).Select(index => new LinkSample
                    {
                        StartNanoseconds = index * 500_000_000L, BitsPerSecond = 30_000 * index, DelayNanoseconds = 80_000_000,
                    })],
                },
                Up = new DirectionResult { Settings = "512 kbit/s, 80 ms", RateBitsPerSecond = 512_000 },
            },
        ],
        Timeline = [new TimelineEvent { Nanoseconds = 12_000_000_000, Subject = "backend", Text = "power cut" }],
        Files = [new ResultFile { Kind = "console", Subject = "client", Path = "client.console", Bytes = 12_345 }],
    };

    private static Dictionary<string, string> Variables(string release) => new() { ["release"] = release };

    private static LabResult Of(params CellResult[] cells) => new()
    {
        Run = "web-20261128-053000",
        Lab = "web",
        LabFile = "labs/web/lab.yaml",
        Version = "0.1.0",
        StartedAt = new DateTimeOffset(2026, 11, 28, 5, 30, 0, TimeSpan.Zero),
        HostSeconds = 13,
        Cells = cells,
    };
}
