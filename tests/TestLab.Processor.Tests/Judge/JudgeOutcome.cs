namespace TestLab.Processor.Tests.Judge;

/// <summary>The state in which a case ended, and the exception that ended it.</summary>
public sealed record JudgeOutcome
{
    public const int Breakpoint = 3;
    public const int PageFault = 14;

    /// <summary>The case did not end in time; nothing else in the outcome means anything.</summary>
    public const int Timeout = 0xFE;

    public int Vector { get; init; }

    public uint ErrorCode { get; init; }

    /// <summary>CR2 for a page fault, otherwise 0.</summary>
    public ulong FaultAddress { get; init; }

    public ulong InstructionPointer { get; init; }

    public ulong Flags { get; init; }

    public ulong[] Registers { get; init; } = new ulong[16];

    /// <summary>ES CS SS DS FS GS.</summary>
    public ushort[] Selectors { get; init; } = new ushort[6];

    public ushort CodeSelector => Selectors[1];

    /// <summary>The registers of an FXSAVE image: its first 416 bytes.</summary>
    public byte[] Floating { get; init; } = [];

    /// <summary>Eight-byte words of the data pages that differ from before, by ascending offset from the data base.</summary>
    public MemoryChange[] Changes { get; init; } = [];
}
