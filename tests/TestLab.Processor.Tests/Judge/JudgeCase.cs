namespace TestLab.Processor.Tests.Judge;

/// <summary>
/// The whole state in which a few instructions start. Control comes back by an exception: int3 surrounds the code, so
/// vector 3 means that all instructions (or a branch) retired.
/// </summary>
public sealed record JudgeCase
{
    /// <summary>Status flags at 0, the fixed bit 1 and IF.</summary>
    public const ulong QuietFlags = 0x202;

    public JudgeMode Mode { get; init; } = JudgeMode.Long;

    /// <summary>At most <see cref="JudgeLayout.MaximumCodeBytes"/>.</summary>
    public byte[] Code { get; init; } = [];

    /// <summary>Where the code begins within the code pages.</summary>
    public int CodeOffset { get; init; } = 0x800;

    /// <summary>In encoding order: RAX RCX RDX RBX RSP RBP RSI RDI R8 ... R15.</summary>
    public ulong[] Registers { get; init; } = new ulong[16];

    public ulong Flags { get; init; } = QuietFlags;

    /// <summary>An FXSAVE image of 512 bytes in the 64-bit form.</summary>
    public byte[] Floating { get; init; } = FloatingImage.Initial();

    /// <summary>The content of the data pages is <see cref="JudgeMemory.Fill"/> of it.</summary>
    public ulong MemorySeed { get; init; }

    /// <summary>The instruction pointer at the start.</summary>
    public ulong CodeAddress => JudgeLayout.CodeBase + (ulong)CodeOffset - JudgeLayout.CodeSegmentBase(Mode);
}
