using TestLab.Processor.Execution;

namespace TestLab.Benchmarks.Races;

/// <summary>What a benchmark's command line says: rows, and how they are run.</summary>
internal sealed record RaceOptions
{
    public const string Usage =
        "[ROW ...] [--pairs N] [--engine translator|interpreter] [--against native,tcg,icount|none] [--qemu-cpu MODEL]";

    private const string Nobody = "none";

    /// <summary>The rows to run; none for all.</summary>
    public IReadOnlyList<string> Rows { get; init; } = [];

    /// <summary>Rounds in which every contender runs once, one after the other.</summary>
    public int Pairs { get; init; } = 5;

    public EngineKind Engine { get; init; } = EngineKind.Automatic;

    /// <summary>Who runs besides ours; null for all that the benchmark has.</summary>
    public IReadOnlyList<string>? Against { get; init; }

    public string QemuModel { get; init; } = "max";

    /// <summary>The engine again, for another process of this program.</summary>
    public IReadOnlyList<string> EngineArguments =>
        Engine == EngineKind.Automatic ? [] : ["--engine", Engine == EngineKind.Interpreter ? "interpreter" : "translator"];

    /// <exception cref="ArgumentException">There is no such option or value.</exception>
    public static RaceOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new RaceOptions();
        for (int i = 0; i < arguments.Count; i++)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal))
            {
                options = options with { Rows = [.. options.Rows, arguments[i]] };
                continue;
            }

            string option = arguments[i];
            string value = ++i < arguments.Count ? arguments[i] : throw new ArgumentException($"{option} needs a value.");
            options = option switch
            {
                "--pairs" when int.TryParse(value, out int pairs) && pairs > 0 => options with { Pairs = pairs },
                "--engine" when Engines.Find(value) is { } engine => options with { Engine = engine },
                "--against" => options with { Against = value.Split(',', StringSplitOptions.RemoveEmptyEntries) },
                "--qemu-cpu" => options with { QemuModel = value },
                _ => throw new ArgumentException($"There is no {option} {value}."),
            };
        }

        return options;
    }

    /// <summary>Who runs besides ours.</summary>
    /// <param name="all">Whom the benchmark knows.</param>
    /// <param name="usual">Whom it takes where nobody is named, those without a program on this host left out.</param>
    /// <exception cref="ArgumentException">Somebody is named that the benchmark does not know.</exception>
    public string[] Opponents(string[] all, string[] usual)
    {
        if (Against is null) return [.. usual.Where(name => Qemu.IsInstalled || !ContenderNames.NeedsQemu(name))];
        if (Against is [Nobody]) return [];
        return Against.FirstOrDefault(name => !all.Contains(name)) is { } unknown
            ? throw new ArgumentException($"No {unknown}; there are {string.Join(", ", all)}, or {Nobody}.")
            : [.. all.Where(Against.Contains)];
    }

    /// <exception cref="ArgumentException">A row that was asked for is not among them.</exception>
    public IReadOnlyList<T> Choose<T>(IReadOnlyList<T> all, Func<T, string> name)
    {
        if (Rows.FirstOrDefault(row => !all.Any(item => name(item) == row)) is { } unknown)
            throw new ArgumentException($"No {unknown}; there are {string.Join(", ", all.Select(name))}.");
        return Rows.Count == 0 ? all : [.. all.Where(item => Rows.Contains(name(item)))];
    }
}
