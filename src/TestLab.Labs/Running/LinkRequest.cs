namespace TestLab.Labs.Running;

/// <summary>What is asked of a <see cref="LinkPanel"/>.</summary>
internal enum LinkRequest : byte
{
    /// <summary>The value is the number of the new settings.</summary>
    Change,

    Cut,
    Heal,

    /// <summary>The value is the number of the question, which the answer repeats.</summary>
    Read,
}
