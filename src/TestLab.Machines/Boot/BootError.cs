namespace TestLab.Machines.Boot;

/// <summary>What is wrong with what the user gave to boot.</summary>
public enum BootError
{
    /// <summary>The file is neither a bzImage nor an ELF kernel for x86.</summary>
    NotAKernel,

    /// <summary>The file ends before its own headers say so.</summary>
    Truncated,

    /// <summary>A header or the compressed payload contradicts itself.</summary>
    Damaged,

    /// <summary>The payload is compressed in a way that is not known here.</summary>
    UnknownCompression,

    /// <summary>The kernel exceeds <see cref="KernelLimits"/>.</summary>
    KernelTooLarge,

    /// <summary>The kernel and the initial RAM disk do not fit into the machine's memory.</summary>
    TooLittleMemory,

    /// <summary>The command line is longer than the kernel reads.</summary>
    CommandLineTooLong,

    /// <summary>The command line has a character that cannot be passed on.</summary>
    InvalidCommandLine,

    /// <summary>The kernel has no such entry.</summary>
    UnsupportedProtocol,
}
