namespace TestLab.Processor;

/// <summary>The four registers that CPUID writes.</summary>
public readonly record struct CpuidResult(uint Eax, uint Ebx, uint Ecx, uint Edx);
