namespace TestLab.Labs.Links;

/// <summary>What waits for the serialiser, and what is dropped; of several limits the first that is met counts.</summary>
public sealed record QueueModel
{
    public QueueDiscipline Discipline { get; init; }

    /// <summary>0: not limited by bytes.</summary>
    public ulong LimitBytes { get; init; }

    /// <summary>0: not limited by their number.</summary>
    public int LimitPackets { get; init; }

    /// <summary>What the serialiser needs for it; 0: not limited by time.</summary>
    public long LimitNanoseconds { get; init; }

    /// <summary>CoDel's target; 0: its default, 5 ms.</summary>
    public long TargetNanoseconds { get; init; }

    /// <summary>CoDel's interval; 0: its default, 100 ms.</summary>
    public long IntervalNanoseconds { get; init; }

    /// <summary>FQ-CoDel's flows; 0: its default, 1024.</summary>
    public int Flows { get; init; }

    /// <summary>RED's thresholds and its chance at the upper one.</summary>
    public ulong MinBytes { get; init; }

    public ulong MaxBytes { get; init; }

    public Probability Chance { get; init; }

    /// <summary>Mark packets that can be marked instead of dropping them.</summary>
    public bool MarksCongestion { get; init; }
}
