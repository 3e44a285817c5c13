namespace TestLab.Processor.Tests.Judge;

/// <summary>A part of the instruction set that a run of the judge can be narrowed to.</summary>
[Flags]
public enum InstructionFamily
{
    None = 0,

    /// <summary>General purpose registers, memory, branches, and what is privileged or undefined.</summary>
    Integer = 1,
    FloatingPoint = 2,
    Mmx = 4,
    Sse = 8,

    /// <summary>Bytes drawn at random, most of them undefined opcodes.</summary>
    Wild = 16,
    All = Integer | FloatingPoint | Mmx | Sse | Wild,
}
