namespace TestLab.Processor;

/// <summary>What CPUID tells, by name.</summary>
public sealed record CpuModel(string Name)
{
    /// <summary>x86-64-v2 of an Intel make that reports the frequency of its time stamp counter.</summary>
    public static readonly CpuModel X86_64V2 = new("x86-64-v2");

    /// <summary>A 32-bit processor of the Pentium III's kind.</summary>
    public static readonly CpuModel Pentium3 = new("pentium3");
}
