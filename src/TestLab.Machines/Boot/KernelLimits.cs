namespace TestLab.Machines.Boot;

/// <summary>The bounds of what the loader takes, whatever the headers of a kernel say.</summary>
public static class KernelLimits
{
    /// <summary>The size of a kernel, compressed or not; stock ones unpack to 60 MiB.</summary>
    public const int KernelBytes = 256 << 20;

    /// <summary>How much larger a kernel may be than its payload; stock ones reach 9.</summary>
    public const int Expansion = 64;

    /// <summary>The entries of an ELF file's program header table; stock kernels have 5.</summary>
    public const int ProgramHeaders = 64;

    /// <summary>The command line where the kernel does not state its own limit, without the zero at its end.</summary>
    public const int CommandLineBytes = 2047;
}
