using System.Text.Json.Serialization;

namespace TestLab.Labs.Links;

/// <summary>Which frames are lost.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(RandomLoss), "random")]
[JsonDerivedType(typeof(GilbertLoss), "gilbert")]
[JsonDerivedType(typeof(MarkovLoss), "markov")]
[JsonDerivedType(typeof(EveryNthLoss), "every")]
[JsonDerivedType(typeof(ScheduledLoss), "schedule")]
[JsonDerivedType(typeof(WindowLoss), "window")]
public abstract record LossModel;

/// <summary>Each by itself.</summary>
public sealed record RandomLoss(Probability Chance, Probability Correlation) : LossModel;

/// <summary>Gilbert and Elliott: p good to bad, r bad to good; a frame survives with k while good, with h while bad.</summary>
public sealed record GilbertLoss(Probability P, Probability R, Probability H, Probability K) : LossModel;

/// <summary>Four states, as netem's "loss state".</summary>
public sealed record MarkovLoss(
    Probability P13, Probability P31, Probability P32, Probability P23, Probability P14) : LossModel;

/// <summary>The n-th, the 2n-th, ... frame.</summary>
public sealed record EveryNthLoss(ulong Count) : LossModel;

/// <summary>The frames with these numbers, counted from 1; sorted.</summary>
public sealed record ScheduledLoss(IReadOnlyList<ulong> Frames) : LossModel;

/// <summary>All frames in a window of each period, the first of which begins with the lab.</summary>
public sealed record WindowLoss(long EveryNanoseconds, long AtNanoseconds, long ForNanoseconds) : LossModel;
