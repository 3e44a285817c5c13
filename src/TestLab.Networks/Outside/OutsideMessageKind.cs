namespace TestLab.Networks.Outside;

/// <summary>What is asked of the outside, and what it tells. The numbers are part of the log's format.</summary>
public enum OutsideMessageKind : byte
{
    None = 0,

    /// <summary>Connect to the endpoint.</summary>
    OpenStream = 1,

    /// <summary>Send the content as one datagram to the endpoint.</summary>
    SendDatagram = 2,

    /// <summary>Send the content on the stream.</summary>
    SendStream = 3,

    /// <summary>So many bytes more may be received on the stream.</summary>
    Allow = 4,

    /// <summary>There is no more to send on the stream.</summary>
    FinishStream = 5,

    /// <summary>The flow is over; what is under way may be lost.</summary>
    Close = 6,

    /// <summary>
    /// Look whether the endpoint's address answers an echo with the content; the number identifies it.
    /// </summary>
    SendEcho = 7,

    /// <summary>Send the content as a frame.</summary>
    SendFrame = 8,

    /// <summary>Nothing more will be asked of the stream; what was sent is still delivered.</summary>
    Forget = 9,

    /// <summary>The stream stands.</summary>
    Opened = 65,

    /// <summary>The stream could not be opened, or the echo got no answer.</summary>
    Failed = 66,

    /// <summary>The content has come on the flow.</summary>
    Received = 67,

    /// <summary>So many bytes were taken from us.</summary>
    Taken = 68,

    /// <summary>The other side will send no more.</summary>
    Finished = 69,

    /// <summary>The other side is gone.</summary>
    Reset = 70,

    /// <summary>Somebody came in by the forward of the number; a datagram brings its content along.</summary>
    Accepted = 71,

    /// <summary>The echo was answered.</summary>
    Echoed = 72,

    /// <summary>The content is a frame that has come.</summary>
    FrameReceived = 73,
}
