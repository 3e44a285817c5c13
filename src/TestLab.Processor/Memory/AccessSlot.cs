using System.Runtime.InteropServices;

namespace TestLab.Processor.Memory;

/// <summary>What a place of translated code remembers of the translation buffer's entry that it used last.</summary>
/// <remarks>An address hits where, less <see cref="Base"/>, it is below <see cref="Limit"/>.</remarks>
[StructLayout(LayoutKind.Sequential)]
public struct AccessSlot
{
    public const int SizeBytes = 32;

    /// <summary>Room for the largest access is left at the end of the page; 0 while the slot is empty.</summary>
    public ulong Limit;

    /// <summary>Linear address of the page.</summary>
    public ulong Base;

    /// <summary>Host address of the page.</summary>
    public ulong Host;

    /// <summary>How often it may still be filled before somebody looks whether the place is better off without it.</summary>
    public ulong FillsLeft;

    /// <param name="size">Bytes of the largest access.</param>
    public static int LimitOf(int size) => GuestMemory.PageSize + 1 - size;
}
