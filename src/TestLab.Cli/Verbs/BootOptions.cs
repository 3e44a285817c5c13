using System.CommandLine;
using System.CommandLine.Parsing;
using TestLab.Cli.Boot;
using TestLab.Labs.Words;
using TestLab.Processor.Execution;

namespace TestLab.Cli.Verbs;

/// <summary>The options of <c>boot</c>, and the request that they make together.</summary>
internal sealed class BootOptions
{
    private readonly Option<string> _image = Text("--image", "NAME", "Boot this image; built at first use.");
    private readonly Option<string> _kernel = Text("--kernel", "FILE", "Boot this bzImage or ELF kernel.");
    private readonly Option<string> _restore = Text("--restore", "FILE", "Continue this snapshot.");
    private readonly Option<string> _initrd = Text("--initrd", "FILE", "Initial RAM file system for --kernel.");
    private readonly Option<string> _append = Text("--append", "TEXT", "More words for the kernel's command line.");
    private readonly Option<DiskRequest[]> _disks = new("--disk")
    {
        Description = "Attach a raw disk; FILE,ro or FILE,overlay (default: writes go to memory). Repeatable.",
        HelpName = "FILE",
        CustomParser = ParseDisks,
    };
    private readonly Option<string> _run = Text("--run", "CMD",
        "Run a command in the guest's shell; only its output is printed, and its exit code is passed on.");
    private readonly Option<string> _until = Text("--until", "TEXT", "End once the console shows this text.");
    private readonly Option<long?> _timeLimit = Quantity("--time-limit", "TIME", Unit.Duration,
        "End with code 4 after so much guest time, such as 30s or 5m "
            + "(default: none at a terminal, 24h with --run, else 1h).");
    private readonly Option<long?> _memory = Quantity("--memory", "SIZE", Unit.Size,
        "Memory of the guest, such as 512MiB (default: 256MiB, or what the image asks for).");
    private readonly Option<string> _cpu = Text("--cpu", "MODEL", "Model of the processor.");
    private readonly Option<long?> _speed = Quantity("--speed", "SPEED", Unit.Speed,
        "Instructions in a second of guest time (default: 1000MIPS).");
    private readonly Option<string> _engine = Text("--engine", "ENGINE", "What executes the guest, which cannot tell: interpreter or translator (default: the fastest here).");
    private readonly Option<ulong> _seed = new("--seed")
    {
        Description = "Seed of the guest's random numbers (default: 0).",
        HelpName = "N",
        CustomParser = ParseSeed,
    };
    private readonly Option<string[]> _saveAt = new("--save-at")
    {
        Description = "Write a snapshot at this guest time, and go on.",
        HelpName = "TIME> <FILE",
        Arity = new(2, 2),
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<bool> _hash = new("--hash") { Description = "Print the hash of the state at the end." };
    private readonly Option<bool> _stats = new("--stats") { Description = "Print what the run took, at the end." };
    private readonly Option<bool> _json = new("--json")
    {
        Description = "Print everything as one JSON object at the end, for programs.",
    };

    public IEnumerable<Option> All =>
    [
        _image, _kernel, _initrd, _append, _disks, _restore, _run, _until, _timeLimit, _memory, _cpu, _speed,
        _engine, _seed, _saveAt, _hash, _stats, _json,
    ];

    /// <exception cref="WrongInputException">Options contradict one another, or one is missing.</exception>
    public BootRequest Request(ParseResult parsed)
    {
        Check(parsed);
        return new()
        {
            Image = parsed.GetValue(_image),
            Kernel = parsed.GetValue(_kernel),
            Initrd = parsed.GetValue(_initrd),
            Append = parsed.GetValue(_append),
            Disks = parsed.GetValue(_disks) ?? [],
            Run = parsed.GetValue(_run),
            Until = parsed.GetValue(_until),
            Restore = parsed.GetValue(_restore),
            Save = parsed.GetValue(_saveAt) is [var time, var path] ? ParseSave(time, path) : null,
            MemoryBytes = parsed.GetValue(_memory),
            Cpu = parsed.GetValue(_cpu),
            InstructionsPerSecond = parsed.GetValue(_speed),
            Engine = EngineOf(parsed.GetValue(_engine)),
            Seed = parsed.GetValue(_seed),
            TimeLimitNanoseconds = parsed.GetValue(_timeLimit),
            ShowsHash = parsed.GetValue(_hash),
            ShowsStatistics = parsed.GetValue(_stats),
            PrintsJson = parsed.GetValue(_json),
        };
    }

    private void Check(ParseResult parsed)
    {
        bool Has(Option option) => parsed.GetResult(option) is { Implicit: false };
        Option[] sources = [.. new Option[] { _image, _kernel, _restore }.Where(Has)];
        if (sources.Length == 0)
        {
            throw new WrongInputException("nothing to boot", "name it: --image tiny, --kernel FILE or --restore FILE");
        }
        if (sources.Length > 1) throw Clash(sources[0], sources[1]);
        if (Has(_run) && Has(_until)) throw Clash(_run, _until);
        if (Has(_initrd) && !Has(_kernel))
        {
            throw new WrongInputException("--initrd without --kernel", "an image brings its own; leave --initrd out");
        }
        Option[] fixedByState = [_append, _disks, _memory, _cpu, _speed, _seed];
        if (Has(_restore) && fixedByState.FirstOrDefault(Has) is { } option) throw Clash(_restore, option);
        foreach (Option<string> text in new[] { _image, _kernel, _restore, _run, _until, _initrd })
        {
            if (parsed.GetValue(text) is { Length: 0 })
            {
                throw new WrongInputException($"{text.Name} is empty", $"give it a {text.HelpName}");
            }
        }
    }

    private static EngineKind EngineOf(string? name) => name is null ? EngineKind.Automatic : Engines.Find(name) switch
    {
        EngineKind.Translator when !Engines.CanTranslate =>
            throw new WrongInputException("this host cannot run the translator", "leave --engine out"),
        { } engine => engine,
        null => throw new WrongInputException($"unknown engine {name}", $"known are {string.Join(", ", Engines.Names)}"),
    };

    private static WrongInputException Clash(Option first, Option second) =>
        new($"{first.Name} and {second.Name} exclude each other", "leave one of them out");

    private static SaveRequest ParseSave(string time, string path) =>
        Unit.Duration.TryParse(time, out long at, out string? error)
            ? new(at, path)
            : throw new WrongInputException($"--save-at: {error}", "write --save-at TIME FILE");

    private static Option<string> Text(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description, Arity = ArgumentArity.ExactlyOne };

    private static Option<long?> Quantity(string name, string value, Unit unit, string description) => new(name)
    {
        HelpName = value,
        Description = description,
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result =>
        {
            if (unit.TryParse(result.Tokens[0].Value, out long quantity, out string? error) && quantity > 0)
            {
                return quantity;
            }
            result.AddError($"{name}: {error ?? "must be more than nothing"}");
            return null;
        },
    };

    private static DiskRequest[] ParseDisks(ArgumentResult result)
    {
        var disks = new List<DiskRequest>();
        foreach (Token token in result.Tokens)
        {
            if (DiskRequest.TryParse(token.Value, out DiskRequest disk, out string? error)) disks.Add(disk);
            else result.AddError($"--disk: {error}");
        }
        return [.. disks];
    }

    private static ulong ParseSeed(ArgumentResult result)
    {
        if (ulong.TryParse(result.Tokens[0].Value, out ulong seed)) return seed;
        result.AddError($"--seed: \"{result.Tokens[0].Value}\" is no whole number from 0 to {ulong.MaxValue}");
        return 0;
    }
}
