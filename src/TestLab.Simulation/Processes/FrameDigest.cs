using System.Buffers.Binary;
using System.Numerics;

namespace TestLab.Simulation.Processes;

/// <summary>A running hash over frames, for telling two runs apart; it is fast, not a defence against anybody.</summary>
/// <remarks>
/// Two lanes take eight bytes in turn, each step one to one in lane and input; lengths and times go in as well, so frames
/// cannot run together. The values are part of the format of run records.
/// </remarks>
internal record struct FrameDigest
{
    private const ulong EvenFactor = 0x9E37_79B9_7F4A_7C15;
    private const ulong OddFactor = 0xC2B2_AE3D_27D4_EB4F;

    private ulong _even;
    private ulong _odd;

    public readonly StateHash Hash => new(0, new UInt128(_even, _odd));

    public readonly FrameDigest With(VirtualTime arrival, ReadOnlySpan<byte> content)
    {
        ulong even = Even(_even, (ulong)arrival.Nanoseconds);
        ulong odd = Odd(_odd, (ulong)content.Length);
        for (; content.Length >= 16; content = content[16..])
        {
            even = Even(even, BinaryPrimitives.ReadUInt64LittleEndian(content));
            odd = Odd(odd, BinaryPrimitives.ReadUInt64LittleEndian(content[8..]));
        }

        if (!content.IsEmpty)
        {
            Span<byte> last = stackalloc byte[16];
            last.Clear();
            content.CopyTo(last);
            even = Even(even, BinaryPrimitives.ReadUInt64LittleEndian(last));
            odd = Odd(odd, BinaryPrimitives.ReadUInt64LittleEndian(last[8..]));
        }

        odd = Odd(odd, even);
        return new FrameDigest { _even = Even(even, odd), _odd = odd };
    }

    public void Transfer(StateTransfer transfer)
    {
        transfer.UInt64(ref _even);
        transfer.UInt64(ref _odd);
    }

    private static ulong Even(ulong lane, ulong word) => BitOperations.RotateLeft(lane ^ word, 29) * EvenFactor;

    private static ulong Odd(ulong lane, ulong word) => BitOperations.RotateLeft(lane + word, 31) * OddFactor;
}
