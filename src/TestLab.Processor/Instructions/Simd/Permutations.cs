using System.Runtime.InteropServices;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>
/// What shuffles by immediate do with bytes: for each immediate, where each byte of the result comes from.
/// </summary>
/// <remarks>
/// An entry is two vectors of indices for PSHUFB: what to take from the left operand, and what from the right one. The
/// tables are built once and never change; they lie in native memory, for operations to point into.
/// </remarks>
internal static unsafe class Permutations
{
    private const int EntryBytes = 32;
    private const int Nothing = -1;
    private const int FromRight = 16;

    public static readonly nint Doublewords = Build((by, i) => FromRight + 4 * Field(by, i / 4) + i % 4);
    public static readonly nint LowWords = Build((by, i) => FromRight + (i < 8 ? 2 * Field(by, i / 2) + i % 2 : i));
    public static readonly nint HighWords = Build((by, i) =>
        FromRight + (i >= 8 ? 8 + 2 * Field(by, i / 2 - 4) + i % 2 : i));
    public static readonly nint Singles = Build((by, i) => (i < 8 ? 0 : FromRight) + 4 * Field(by, i / 4) + i % 4);
    public static readonly nint Doubles = Build((by, i) => (i < 8 ? 0 : FromRight) + 8 * Bit(by, i / 8) + i % 8);
    public static readonly nint BlendWords = Build((by, i) => FromRight * Bit(by, i / 2) + i);
    public static readonly nint BlendSingles = Build((by, i) => FromRight * Bit(by, i / 4) + i);
    public static readonly nint BlendDoubles = Build((by, i) => FromRight * Bit(by, i / 8) + i);
    public static readonly nint InsertSingle = Build((by, i) => Insert(by, by >> 6, i));
    public static readonly nint InsertSingleFromMemory = Build((by, i) => Insert(by, 0, i));
    public static readonly nint ShiftBytesLeft = Build((by, i) => i >= by ? FromRight + i - by : Nothing);
    public static readonly nint ShiftBytesRight = Build((by, i) => i + by < 16 ? FromRight + i + by : Nothing);
    public static readonly nint Align = Build((by, i) => AlignIn(16, by + i));
    public static readonly nint AlignMmx = Build((by, i) => AlignIn(8, by + i));

    /// <summary>The entry of an immediate.</summary>
    public static ulong Entry(nint table, ulong immediate) => (ulong)(table + EntryBytes * (byte)immediate);

    private static int Field(int immediate, int lane) => (immediate >> (2 * lane)) & 3;

    private static int Bit(int immediate, int lane) => (immediate >> lane) & 1;

    private static int Insert(int immediate, int source, int i)
    {
        int lane = i / 4;
        if (Bit(immediate, lane) != 0) return Nothing;
        return lane == ((immediate >> 4) & 3) ? FromRight + 4 * source + i % 4 : i;
    }

    /// <summary>A byte of the two operands put together, the right one below.</summary>
    private static int AlignIn(int width, int place) =>
        place < width ? FromRight + place : place < 2 * width ? place - width : Nothing;

    private static nint Build(Func<int, int, int> source)
    {
        byte* table = (byte*)NativeMemory.AlignedAlloc(256 * EntryBytes, 64);
        for (int immediate = 0; immediate < 256; immediate++)
        {
            byte* entry = table + EntryBytes * immediate;
            for (int i = 0; i < 16; i++)
            {
                int from = source(immediate, i);
                entry[i] = from is >= 0 and < FromRight ? (byte)from : (byte)0x80;
                entry[16 + i] = from >= FromRight ? (byte)(from - FromRight) : (byte)0x80;
            }
        }

        return (nint)table;
    }
}
