namespace TestLab.Machines.Control;

/// <summary>What a guest did on the control port that no agent does; <see cref="ControlClient.Reset"/> starts anew.</summary>
public enum ControlFault
{
    None,

    /// <summary>Bytes where a frame should start.</summary>
    NotAFrame,

    /// <summary>A frame longer than any.</summary>
    FrameTooLong,

    /// <summary>A frame whose check is wrong.</summary>
    Damaged,

    /// <summary>A frame of a kind that a guest does not send, or of another size than its kind has.</summary>
    UnknownFrame,

    /// <summary>More output than it was allowed to send.</summary>
    WindowExceeded,

    /// <summary>An agent of another version.</summary>
    WrongVersion,

    /// <summary>The agent did not understand the host.</summary>
    Misunderstood,
}
