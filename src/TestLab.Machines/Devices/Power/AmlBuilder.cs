using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace TestLab.Machines.Devices.Power;

/// <summary>Writes the small part of ACPI machine language that describes this board.</summary>
/// <remarks>Source: ACPI specification 6.5, chapter 20 (encoding) and 6.4 (resource descriptors).</remarks>
internal sealed class AmlBuilder
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    /// <summary>Scope (\_SB) { ... }</summary>
    public AmlBuilder Scope(string name, Action<AmlBuilder> body) => Block([0x10], name, body);

    public AmlBuilder Device(string name, Action<AmlBuilder> body) => Block([0x5B, 0x82], name, body);

    /// <summary>Name (name, value)</summary>
    public AmlBuilder Name(string name, ReadOnlySpan<byte> value) => Byte(0x08).NameString(name).Raw(value);

    public AmlBuilder Raw(ReadOnlySpan<byte> bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    public static byte[] Integer(uint value) => value switch
    {
        0 => [0x00],
        1 => [0x01],
        <= 0xFF => [0x0A, (byte)value],
        <= 0xFFFF => [0x0B, (byte)value, (byte)(value >> 8)],
        _ => [0x0C, (byte)value, (byte)(value >> 8), (byte)(value >> 16), (byte)(value >> 24)],
    };

    public static byte[] Text(string value) => [0x0D, .. Encoding.ASCII.GetBytes(value), 0];

    /// <summary>A plug-and-play identity such as PNP0A03, compressed into an integer (6.1.5).</summary>
    public static byte[] Identity(string name)
    {
        int letters = (name[0] - '@') << 10 | (name[1] - '@') << 5 | (name[2] - '@');
        uint number = Convert.ToUInt16(name[3..], 16);
        return Integer(BinaryPrimitives.ReverseEndianness((uint)letters << 16 | number));
    }

    /// <summary>Package () { ... }</summary>
    public static byte[] Package(params byte[][] elements)
    {
        byte[] content = [checked((byte)elements.Length), .. elements.SelectMany(element => element)];
        return [0x12, .. PackageLength(content.Length), .. content];
    }

    /// <summary>ResourceTemplate () { ... }: the descriptors, an end tag whose zero checksum is taken as right.</summary>
    public static byte[] Resources(params byte[][] descriptors)
    {
        byte[] content = [.. descriptors.SelectMany(descriptor => descriptor), 0x79, 0x00];
        byte[] buffer = [.. Integer((uint)content.Length), .. content];
        return [0x11, .. PackageLength(buffer.Length), .. buffer];
    }

    /// <summary>IO (Decode16, first, first, 1, count)</summary>
    public static byte[] Ports(ushort first, byte count) =>
        [0x47, 0x01, (byte)first, (byte)(first >> 8), (byte)first, (byte)(first >> 8), 0x01, count];

    /// <summary>IRQNoFlags () {line}: edge triggered, active high.</summary>
    public static byte[] Interrupt(int line) => [0x22, (byte)(1 << line), (byte)(1 << line >> 8)];

    /// <summary>A word range that a bridge passes on: kind 1 is ports, 2 is bus numbers.</summary>
    public static byte[] WordRange(byte kind, ushort first, ushort last)
    {
        byte[] descriptor = [0x88, 0x0D, 0x00, kind, 0x0C, (byte)(kind == 1 ? 0x03 : 0x00), .. new byte[10]];
        BinaryPrimitives.WriteUInt16LittleEndian(descriptor.AsSpan(8), first);
        BinaryPrimitives.WriteUInt16LittleEndian(descriptor.AsSpan(10), last);
        BinaryPrimitives.WriteUInt16LittleEndian(descriptor.AsSpan(14), (ushort)(last - first + 1));
        return descriptor;
    }

    /// <summary>A memory range that a bridge passes on: not cacheable, read and write.</summary>
    public static byte[] MemoryRange(uint first, uint last)
    {
        byte[] descriptor = [0x87, 0x17, 0x00, 0x00, 0x0C, 0x01, .. new byte[20]];
        BinaryPrimitives.WriteUInt32LittleEndian(descriptor.AsSpan(10), first);
        BinaryPrimitives.WriteUInt32LittleEndian(descriptor.AsSpan(14), last);
        BinaryPrimitives.WriteUInt32LittleEndian(descriptor.AsSpan(22), last - first + 1);
        return descriptor;
    }

    private static byte[] PackageLength(int contentLength)
    {
        if (contentLength + 1 < 0x40) return [(byte)(contentLength + 1)];
        if (contentLength + 2 < 0x1000)
            return [(byte)(0x40 | (contentLength + 2) & 0xF), (byte)((contentLength + 2) >> 4)];
        int length = contentLength + 3;
        return [(byte)(0x80 | length & 0xF), (byte)(length >> 4), (byte)(length >> 12)];
    }

    private AmlBuilder Block(ReadOnlySpan<byte> opcode, string name, Action<AmlBuilder> body)
    {
        var content = new AmlBuilder().NameString(name);
        body(content);
        return Raw(opcode).Raw(PackageLength(content._bytes.WrittenCount)).Raw(content._bytes.WrittenSpan);
    }

    /// <summary>A root prefix is kept; a segment is padded to its four letters.</summary>
    private AmlBuilder NameString(string name)
    {
        if (name[0] == '\\') Byte((byte)'\\');
        return Raw(Encoding.ASCII.GetBytes(name.TrimStart('\\').PadRight(4, '_')));
    }

    private AmlBuilder Byte(byte value) => Raw([value]);
}
