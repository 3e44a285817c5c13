using TestLab.Labs.Plans;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>A lab file without its machines, which are put together of several parts first.</summary>
internal sealed record LabSyntax
{
    public required string Name { get; init; }

    public required ulong Seed { get; init; }

    public required TimeMode Time { get; init; }

    public required long EpochUnixSeconds { get; init; }

    public required IReadOnlyList<NamedValue<LinkSettings>> Profiles { get; init; }

    public required IReadOnlyList<NamedValue<NetworkSyntax>> Networks { get; init; }

    public required IReadOnlyList<StepSyntax> Steps { get; init; }

    public required IReadOnlyList<CapturePlan> Captures { get; init; }

    public required IReadOnlyList<FailureAction> OnFailure { get; init; }

    public required ResultFiles Results { get; init; }

    public Mark Mark { get; init; }

    /// <summary>Whether the file has the key, right or wrong.</summary>
    public bool HasMachines { get; init; }

    public Mark CapturesMark { get; init; }
}
