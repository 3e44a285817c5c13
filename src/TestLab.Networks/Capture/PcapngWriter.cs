using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using TestLab.Simulation;

namespace TestLab.Networks.Capture;

/// <summary>Blocks of the pcapng format (draft-ietf-opsawg-pcapng), little endian.</summary>
internal sealed class PcapngWriter(ICaptureSink sink)
{
    private const uint SectionBlock = 0x0A0D_0D0A;
    private const uint InterfaceBlock = 1;
    private const uint StatisticsBlock = 5;
    private const uint PacketBlock = 6;
    private const uint ByteOrderMagic = 0x1A2B_3C4D;
    private const ushort Ethernet = 1;
    private const byte NanosecondResolution = 9;

    private const ushort EndOfOptions = 0;
    private const ushort Comment = 1;
    private const ushort Application = 4;
    private const ushort InterfaceName = 2;
    private const ushort InterfaceResolution = 9;
    private const ushort InterfaceOffset = 14;
    private const ushort PacketFlags = 2;
    private const ushort PacketDropCount = 4;
    private const ushort StatisticsReceived = 4;
    private const ushort StatisticsDropped = 5;

    private readonly ArrayBufferWriter<byte> _block = new();

    public void WriteSection()
    {
        Begin(SectionBlock);
        UInt32(ByteOrderMagic);
        UInt16(1);
        UInt16(0);
        UInt64(ulong.MaxValue); // The length is not known ahead.
        Text(Application, "TestLab");
        End();
    }

    public void WriteInterface(string name, int snapLengthBytes, long epochSeconds)
    {
        Begin(InterfaceBlock);
        UInt16(Ethernet);
        UInt16(0);
        UInt32((uint)snapLengthBytes);
        Text(InterfaceName, name);
        Option(InterfaceResolution, [NanosecondResolution]);
        if (epochSeconds != 0) Number(InterfaceOffset, (ulong)epochSeconds);
        End();
    }

    /// <param name="drops">Frames that are missing before this one; 0 is not mentioned.</param>
    /// <param name="comment">For people; null for none.</param>
    public void WriteFrame(
        int captured, VirtualTime time, ReadOnlySpan<byte> content, int length, CaptureFlow flow, ulong drops, string? comment)
    {
        Begin(PacketBlock);
        UInt32((uint)captured);
        Time(time);
        UInt32((uint)content.Length);
        UInt32((uint)length);
        Padded(content);
        if (flow != CaptureFlow.Unknown) Option(PacketFlags, [(byte)flow, 0, 0, 0]);
        if (drops > 0) Number(PacketDropCount, drops);
        if (comment is not null) Text(Comment, comment);
        End();
    }

    public void WriteStatistics(int captured, VirtualTime time, ulong received, ulong dropped)
    {
        Begin(StatisticsBlock);
        UInt32((uint)captured);
        Time(time);
        Number(StatisticsReceived, received);
        Number(StatisticsDropped, dropped);
        End();
    }

    private void Begin(uint type)
    {
        _block.ResetWrittenCount();
        UInt32(type);
        UInt32(0); // The length, once it is known.
    }

    private void End()
    {
        Option(EndOfOptions, []);
        int length = _block.WrittenCount + 4;
        UInt32((uint)length);
        BinaryPrimitives.WriteUInt32LittleEndian(MemoryOf(4, 4), (uint)length);
        sink.Write(_block.WrittenSpan);
    }

    private Span<byte> MemoryOf(int offset, int length) =>
        System.Runtime.InteropServices.MemoryMarshal.AsMemory(_block.WrittenMemory).Span.Slice(offset, length);

    private void Time(VirtualTime time)
    {
        UInt32((uint)(time.Nanoseconds >> 32));
        UInt32((uint)time.Nanoseconds);
    }

    private void Text(ushort code, string text) => Option(code, Encoding.UTF8.GetBytes(text));

    private void Number(ushort code, ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        Option(code, bytes);
    }

    private void Option(ushort code, ReadOnlySpan<byte> value)
    {
        UInt16(code);
        UInt16((ushort)value.Length);
        Padded(value);
    }

    private void Padded(ReadOnlySpan<byte> bytes)
    {
        _block.Write(bytes);
        ReadOnlySpan<byte> padding = [0, 0, 0];
        _block.Write(padding[..(-bytes.Length & 3)]);
    }

    private void UInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_block.GetSpan(2), value);
        _block.Advance(2);
    }

    private void UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_block.GetSpan(4), value);
        _block.Advance(4);
    }

    private void UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_block.GetSpan(8), value);
        _block.Advance(8);
    }
}
