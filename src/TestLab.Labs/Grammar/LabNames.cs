namespace TestLab.Labs.Grammar;

/// <summary>What can be referred to in a cell, by name; known before anything is read, so that order does not matter.</summary>
internal sealed class LabNames
{
    /// <summary>Stands for all machines where machines are named.</summary>
    public const string All = "all";

    /// <summary>For each machine, counted set and group: the machines.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Machines { get; init; }

    /// <summary>For each link, and each network or counted set of them: the links.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Links { get; init; }

    public required IReadOnlyCollection<string> Networks { get; init; }

    public required IReadOnlyCollection<string> Profiles { get; init; }

    public required IReadOnlyCollection<string> Templates { get; init; }

    public required IReadOnlyCollection<string> Steps { get; init; }

    public required IReadOnlyCollection<string> Backgrounds { get; init; }
}
