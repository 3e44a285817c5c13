using System.Numerics;

namespace TestLab.Processor.Translation.StatusFlags;

/// <summary>The layout of <see cref="State.LazyFlags.Kind"/>: width, kind, carry kind, width of the rotation.</summary>
internal static class FlagWord
{
    /// <summary>Up to this the flags can be loaded into the host's without leaving translated code.</summary>
    public const int LoadableLimit = ((int)FlagKind.Difference << 2) | 3;

    /// <summary>Byte of the word that holds the carry kind.</summary>
    public const int CarryByte = 1;

    public static int Of(FlagKind kind, int size) => ((int)kind << 2) | BitOperations.Log2((uint)size);

    public static int OfCarry(CarryKind kind, int size) => (int)kind | BitOperations.Log2((uint)size) << 2;

    public static FlagKind KindOf(ulong word) => (FlagKind)(word >> 2 & 0x3F);

    public static CarryKind CarryOf(ulong word) => (CarryKind)(word >> 8 & 3);

    public static int SizeOf(ulong word) => 1 << (int)(word & 3);

    public static int CarrySizeOf(ulong word) => 1 << (int)(word >> 10 & 3);
}
