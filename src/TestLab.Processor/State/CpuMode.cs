namespace TestLab.Processor.State;

/// <summary>The part of the state that decoding depends on; blocks of different modes are different blocks.</summary>
[Flags]
public enum CpuMode : uint
{
    /// <summary>16-bit code.</summary>
    None = 0,
    Code32 = 1 << 0,
    Code64 = 1 << 1,

    /// <summary>CS, DS, ES and SS span the 32-bit space from 0, all rights given; or 64-bit code.</summary>
    Flat = 1 << 2,

    /// <summary>Privilege level 3.</summary>
    User = 1 << 3,

    /// <summary>The stack pointer is ESP, not SP (outside 64-bit code).</summary>
    Stack32 = 1 << 4,

    /// <summary>CR0.TS or CR0.EM: x87 and MMX instructions trap.</summary>
    FloatTraps = 1 << 5,

    /// <summary>CR0.TS, CR0.EM or no CR4.OSFXSR: SSE instructions trap.</summary>
    SseTraps = 1 << 6,

    /// <summary>Real-address or virtual-8086 mode: selectors are paragraphs.</summary>
    Paragraphs = 1 << 7,
}
