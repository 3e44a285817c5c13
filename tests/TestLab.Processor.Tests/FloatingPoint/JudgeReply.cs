using System.Runtime.InteropServices;

namespace TestLab.Processor.Tests.FloatingPoint;

/// <summary>What the host's FPU made of it; laid out as <c>struct reply</c> of floatjudge.c.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct JudgeReply
{
    public UInt128 First;
    public UInt128 Second;
    public UInt128 Memory;
    public uint Status;
    public uint Faulted;
}
