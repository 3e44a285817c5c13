using System.Text.Json.Serialization;

namespace TestLab.Labs.Plans;

/// <summary>One run of a lab: a point of its matrix.</summary>
public sealed record CellPlan
{
    /// <summary>As <c>release=12,link=dsl</c>, variables in the order of the matrix; empty where there is no matrix.</summary>
    public required string Name { get; init; }

    /// <summary>The lab's name, for whoever holds a cell alone.</summary>
    public required string Lab { get; init; }

    public required IReadOnlyList<CellVariable> Variables { get; init; }

    /// <summary>Feeds every random stream of the run.</summary>
    public required ulong Seed { get; init; }

    public required TimeMode Time { get; init; }

    /// <summary>What the clocks of the machines show when the lab is switched on.</summary>
    public required long EpochUnixSeconds { get; init; }

    /// <summary>In the order of the file.</summary>
    public required IReadOnlyList<NetworkPlan> Networks { get; init; }

    /// <summary>In the order of the file, counted ones by number.</summary>
    public required IReadOnlyList<MachinePlan> Machines { get; init; }

    /// <summary>One for each network card, by machine and card.</summary>
    public required IReadOnlyList<LinkPlan> Links { get; init; }

    /// <summary>Who starts when, for the eye: a wave's machines wait for machines of earlier waves only.</summary>
    public required IReadOnlyList<LaunchWave> Launch { get; init; }

    /// <summary>In the order in which they run.</summary>
    public required IReadOnlyList<StepPlan> Steps { get; init; }

    public required IReadOnlyList<CapturePlan> Captures { get; init; }

    /// <summary>What to do when the verdict is not "passed", in this order.</summary>
    public required IReadOnlyList<FailureAction> OnFailure { get; init; }

    /// <summary>The RAM of all machines together; a node needs about this much where nothing is shared.</summary>
    [JsonIgnore]
    public ulong MemoryBytes => Machines.Aggregate(0UL, (sum, machine) => sum + machine.MemoryBytes);

    /// <summary>
    /// What it takes of the host that only one cell at a time can have: <c>tcp/8080</c>, <c>udp/53</c>, <c>tap/lab0</c>;
    /// a port is taken for all of the host's addresses.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyList<string> HostClaims =>
    [
        .. Networks.SelectMany(network => network.Forwards)
            .Select(forward => $"{(forward.IsUdp ? "udp" : "tcp")}/{forward.HostPort}")
            .Concat(Networks.Select(network => network.HostInterface).OfType<string>().Select(name => $"tap/{name}"))
            .Distinct().Order(StringComparer.Ordinal),
    ];

    public MachinePlan Machine(string name) => Machines.Single(machine => machine.Name == name);

    public LinkPlan Link(string name) => Links.Single(link => link.Name == name);
}

/// <summary>The value that a variable of the matrix has in a cell.</summary>
public sealed record CellVariable(string Name, string Value);

/// <summary>Machines that can start together, by name.</summary>
public sealed record LaunchWave(IReadOnlyList<string> Machines);

/// <summary>Frames to keep, with the virtual time of each: of a whole network, or of one link.</summary>
public sealed record CapturePlan
{
    /// <summary>Null where <see cref="Link"/> is not.</summary>
    public string? Network { get; init; }

    public string? Link { get; init; }

    /// <summary>The name of the file among the run's results.</summary>
    public required string File { get; init; }

    /// <summary>How much of each frame is kept.</summary>
    public required ulong BytesMax { get; init; }

    /// <summary>How large the file may become; later frames are left out.</summary>
    public ulong LimitBytes { get; init; } = DefaultLimitBytes;

    public const ulong DefaultLimitBytes = 1UL << 30;
}
