namespace TestLab.Images.Agent;

/// <summary>Where the agent's variables stand: all of its memory is fixed, and nothing is allocated.</summary>
internal static class AgentMemory
{
    public const int CodeStart = 0x0040_0000;
    public const int Start = 0x1000_0000;
    public const int Channels = 32;
    public const int ChannelBytes = 64;

    // Words.
    public const int IsPipe = Start;
    public const int ReadFile = Start + 4;
    public const int WriteFile = Start + 8;
    public const int SignalFile = Start + 12;
    public const int IsInit = Start + 16;
    public const int PollTimeout = Start + 20;
    public const int SentKind = Start + 24;
    public const int SentChannel = Start + 28;
    public const int SentLength = Start + 32;
    public const int SentAt = Start + 36;
    public const int SentLeft = Start + 40;
    public const int ReceivedLength = Start + 44;
    public const int ReceivedAt = Start + 48;
    public const int FrameBytes = Start + 52;
    public const int FrameChannel = Start + 56;
    public const int FrameLength = Start + 60;
    public const int Payload = Start + 64;
    public const int PollAt = Start + 68;
    public const int ReadSize = Start + 72;
    public const int Status = Start + 76;
    public const int ChildInput = Start + 80;
    public const int ChildOutput = Start + 84;
    public const int ChildErrors = Start + 88;
    public const int Folder = Start + 92;
    public const int Variables = Start + 96;
    public const int SpawnError = Start + 100;
    public const int Strings = Start + 104;
    public const int Result = Start + 108;
    public const int Pair = Start + 112; // 2 words
    public const int Signals = Start + 120; // 2 words
    public const int NoSignals = Start + 128; // 2 words, zero

    public const int PollTable = Start + 0x200; // 8 bytes an entry: the port, the signals, three for each channel
    public const int PollEntries = 2 + 3 * Channels;
    public const int SignalRecord = Start + 0x800; // 128 bytes
    public const int FileRecord = Start + 0x900; // 256 bytes
    public const int PortName = Start + 0xA00; // 64 bytes
    public const int NullName = Start + 0xA40; // 16 bytes
    public const int ChannelTable = Start + 0x1000;
    public const int Spare = ChannelTable + Channels * ChannelBytes; // For answers where no channel is kept.
    public const int Pointers = Start + 0x2000;
    public const int PointersMax = 4096;
    public const int Sent = Start + 0x20000;
    public const int Received = Start + 0x30000;
    public const int ReceivedCapacity = AgentFrame.ReceivedPayloadMax + 0x10000;
    public const int Inputs = Start + 0x80000;
    public const int End = Inputs + (Channels + 1) * AgentFrame.InputWindow;

    // Fields of a channel.
    public const int Id = 0; // 0: free
    public const int Process = 4; // 0: a file
    public const int InputFile = 8;
    public const int OutputFile = 12;
    public const int ErrorsFile = 16;
    public const int OutputCredit = 20;
    public const int ErrorsCredit = 24;
    public const int InputCount = 28;
    public const int IsInputClosed = 32;
    public const int HasExited = 36; // What its files hold is all that will come.
    public const int ExitStatus = 40;
    public const int Error = 44;
    public const int InputBuffer = 48;
}
