using TestLab.Networks.Packets;

namespace TestLab.Networks.Tests.Segments;

/// <summary>Frames as guests send them.</summary>
internal static class StationFrames
{
    public static readonly HardwareAddress Alice = new(0x0200_0000_000A);
    public static readonly HardwareAddress Bob = new(0x0200_0000_000B);
    public static readonly HardwareAddress Carol = new(0x0200_0000_000C);

    /// <summary>A frame with a payload that names it.</summary>
    public static byte[] Of(HardwareAddress destination, HardwareAddress source, int length = 60, byte fill = 1)
    {
        byte[] frame = new byte[length];
        frame.AsSpan().Fill(fill);
        EthernetPacket.WriteHeader(frame, destination, source, 0x88B5);
        return frame;
    }

    public static byte[] Tagged(HardwareAddress destination, HardwareAddress source, ushort vlanId)
    {
        byte[] frame = Of(destination, source, 64);
        (frame[12], frame[13], frame[14], frame[15]) = (0x81, 0x00, (byte)(vlanId >> 8), (byte)vlanId);
        return frame;
    }

    public static byte[] Arp(HardwareAddress destination, ArpPacket packet)
    {
        byte[] frame = new byte[EthernetPacket.HeaderBytes + ArpPacket.LengthBytes];
        EthernetPacket.WriteHeader(frame, destination, packet.SenderHardware, EtherType.Arp);
        packet.WriteTo(frame.AsSpan(EthernetPacket.HeaderBytes));
        return frame;
    }

    public static byte[] Ipv4(
        HardwareAddress destinationHardware, HardwareAddress sourceHardware, Ipv4Address source, Ipv4Address destination,
        byte protocol, ReadOnlySpan<byte> payload, ushort fragmentation = 0, byte timeToLive = 64)
    {
        byte[] frame = new byte[EthernetPacket.HeaderBytes + Ipv4Packet.HeaderBytes + payload.Length];
        EthernetPacket.WriteHeader(frame, destinationHardware, sourceHardware, EtherType.Ipv4);
        Span<byte> packet = frame.AsSpan(EthernetPacket.HeaderBytes);
        Ipv4Packet.WriteHeader(packet, payload.Length, 77, fragmentation, timeToLive, protocol, source, destination);
        payload.CopyTo(packet[Ipv4Packet.HeaderBytes..]);
        return frame;
    }

    public static byte[] Udp(
        HardwareAddress destinationHardware, HardwareAddress sourceHardware, Ipv4Endpoint source, Ipv4Endpoint destination,
        ReadOnlySpan<byte> payload)
    {
        byte[] datagram = new byte[UdpPacket.HeaderBytes + payload.Length];
        payload.CopyTo(datagram.AsSpan(UdpPacket.HeaderBytes));
        UdpPacket.WriteHeader(datagram, source, destination);
        return Ipv4(
            destinationHardware, sourceHardware, source.Address, destination.Address, IpProtocol.Udp, datagram);
    }

    public static byte[] Echo(
        HardwareAddress destinationHardware, HardwareAddress sourceHardware, Ipv4Address source, Ipv4Address destination,
        uint rest, ReadOnlySpan<byte> payload)
    {
        byte[] message = new byte[IcmpPacket.HeaderBytes + payload.Length];
        payload.CopyTo(message.AsSpan(IcmpPacket.HeaderBytes));
        IcmpPacket.WriteHeader(message, IcmpPacket.EchoRequest, 0, rest);
        return Ipv4(destinationHardware, sourceHardware, source, destination, IpProtocol.Icmp, message);
    }
}
