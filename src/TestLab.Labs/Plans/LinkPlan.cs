using TestLab.Labs.Links;

namespace TestLab.Labs.Plans;

/// <summary>The cable between a card and its network, both directions.</summary>
public sealed record LinkPlan
{
    /// <summary>As steps call it: <c>client.wan</c>.</summary>
    public required string Name { get; init; }

    public required string Machine { get; init; }

    /// <summary>The card's place among the machine's <see cref="MachinePlan.Cards"/>, from 0.</summary>
    public required int Card { get; init; }

    public required string Network { get; init; }

    /// <summary>The profile that the figures come from, before they were overridden; null for none.</summary>
    public string? Profile { get; init; }

    /// <summary>From the network to the machine.</summary>
    public required LinkModel Down { get; init; }

    /// <summary>From the machine to the network.</summary>
    public required LinkModel Up { get; init; }

    /// <summary>Whether the cable is plugged in when the lab starts.</summary>
    public required bool IsPlugged { get; init; }
}
