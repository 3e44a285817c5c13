namespace TestLab.Networks.Transport;

/// <summary>How far a connection is; its two directions end by themselves within <see cref="Established"/>.</summary>
internal enum TcpPhase : byte
{
    /// <summary>The peer asked; whether there is an answer is not decided yet.</summary>
    Asked,

    /// <summary>The peer asked and got an answer.</summary>
    Answered,

    /// <summary>We asked.</summary>
    Asking,

    Established,

    /// <summary>Both directions have ended; late copies are still answered.</summary>
    Lingering,

    Closed,
}
