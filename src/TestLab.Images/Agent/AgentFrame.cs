namespace TestLab.Images.Agent;

/// <summary>
/// What travels on the port: a header of four words (magic and kind; channel; payload bytes; check), then the payload,
/// padded with zeros to whole words. Little endian. The host's side is <c>TestLab.Machines.Control</c>.
/// </summary>
internal static class AgentFrame
{
    public const int Version = 1;
    public const int Magic = 0x4C54; // "TL"
    public const int HeaderBytes = 16;

    /// <summary>A frame to the host, header included, is one write to the port at most.</summary>
    public const int SentPayloadMax = (32 << 10) - HeaderBytes;

    /// <summary>Room for the longest command line that Linux takes as one word, and then some.</summary>
    public const int ReceivedPayloadMax = 160 << 10;

    /// <summary>Input of one command that waits in the agent; the host never sends more unacknowledged.</summary>
    public const int InputWindow = 64 << 10;

    public const int CheckStart = unchecked((int)0x811C9DC5);
    public const int CheckFactor = 16777619;

    // To the guest.
    public const int Reset = 1;
    public const int Start = 2;
    public const int Input = 3;
    public const int CloseInput = 4;
    public const int Grant = 5;
    public const int Signal = 6;
    public const int Get = 7;
    public const int Put = 8;
    public const int Call = 9;

    // To the host.
    public const int Hello = 65;
    public const int Output = 66;
    public const int Errors = 67;
    public const int Ended = 68;
    public const int Taken = 69;
    public const int Status = 70;
}
