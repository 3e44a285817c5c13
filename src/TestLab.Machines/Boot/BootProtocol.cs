namespace TestLab.Machines.Boot;

/// <summary>How a kernel is entered.</summary>
public enum BootProtocol
{
    /// <summary>The host decompresses; PVH where the kernel has it, else the kernel's own entry.</summary>
    Automatic,

    /// <summary>The host decompresses; 32-bit entry with the start information of PVH.</summary>
    Pvh,

    /// <summary>The host decompresses; 64-bit entry in long mode with the zero page.</summary>
    Linux64,

    /// <summary>The host decompresses; 32-bit entry of a 32-bit kernel with the zero page.</summary>
    Linux32,

    /// <summary>The guest decompresses: the bzImage's 64-bit entry where it has one, else its 32-bit entry.</summary>
    GuestDecompression,
}
