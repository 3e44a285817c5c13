using System.Buffers.Binary;
using TestLab.Networks.Packets;

namespace TestLab.Networks.Outside;

/// <summary>One message between a lab and the outside.</summary>
/// <param name="Flow">A conversation; the lab numbers those that it starts, the outside those that start there.</param>
public sealed record OutsideMessage(OutsideMessageKind Kind, ulong Flow)
{
    /// <summary>The largest content: a datagram or a frame.</summary>
    public const int ContentLimitBytes = 65_550;

    internal const int HeadBytes = 23;

    /// <summary>Set in the numbers of flows that the outside starts.</summary>
    public const ulong OutsideFlowBit = 1UL << 63;

    public Ipv4Endpoint Endpoint { get; init; }

    public long Number { get; init; }

    public ReadOnlyMemory<byte> Content { get; init; }

    internal void WriteHead(Span<byte> head)
    {
        head[0] = (byte)Kind;
        BinaryPrimitives.WriteUInt64LittleEndian(head[1..], Flow);
        BinaryPrimitives.WriteUInt32LittleEndian(head[9..], Endpoint.Address.Value);
        BinaryPrimitives.WriteUInt16LittleEndian(head[13..], Endpoint.Port);
        BinaryPrimitives.WriteInt64LittleEndian(head[15..], Number);
    }

    internal static OutsideMessage Read(ReadOnlySpan<byte> bytes)
    {
        var address = new Ipv4Address(BinaryPrimitives.ReadUInt32LittleEndian(bytes[9..]));
        return new OutsideMessage((OutsideMessageKind)bytes[0], BinaryPrimitives.ReadUInt64LittleEndian(bytes[1..]))
        {
            Endpoint = new Ipv4Endpoint(address, BinaryPrimitives.ReadUInt16LittleEndian(bytes[13..])),
            Number = BinaryPrimitives.ReadInt64LittleEndian(bytes[15..]),
            Content = bytes[HeadBytes..].ToArray(),
        };
    }
}
