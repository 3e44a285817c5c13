using System.Runtime.InteropServices;

namespace TestLab.Processor.Tests.FloatingPoint;

/// <summary>One operation for the host's FPU; laid out as <c>struct request</c> of floatjudge.c.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct JudgeRequest
{
    public uint Operation;
    public uint Control;
    public UInt128 First;
    public UInt128 Second;
}
