using System.Buffers.Binary;
using TestLab.Networks.Hosts;
using TestLab.Networks.Packets;
using TestLab.Simulation;

namespace TestLab.Networks.Tests.Hosts;

/// <summary>What a client says to a DHCP server, and what it hears.</summary>
internal sealed class DhcpConversation(DhcpServer server)
{
    public static readonly HardwareAddress Client = new(0x0200_0000_00C1);

    public VirtualTime Now { get; set; } = VirtualTime.FromSeconds(1);

    public DhcpDelivery Delivery { get; private set; }

    /// <summary>A message of a client, as the wire has it.</summary>
    public static byte[] Message(
        DhcpMessageType type, HardwareAddress? client = null, string address = "0.0.0.0", ushort flags = 0,
        params (byte Option, byte[] Content)[] options)
    {
        byte[] message = new byte[400];
        (message[0], message[1], message[2]) = (DhcpMessage.BootRequest, 1, 6);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), 0x1234_5678);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(10), flags);
        Ipv4Address.Parse(address).CopyTo(message.AsSpan(12));
        (client ?? Client).CopyTo(message.AsSpan(28));
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(236), DhcpMessage.MagicCookie);
        int at = 240;
        foreach ((byte option, byte[] content) in options.Prepend((DhcpOption.MessageType, [(byte)type])))
        {
            (message[at], message[at + 1]) = (option, (byte)content.Length);
            content.CopyTo(message, at + 2);
            at += 2 + content.Length;
        }

        message[at] = DhcpOption.End;
        return message;
    }

    public static (byte, byte[]) Wish(string address) => (DhcpOption.RequestedAddress, Bytes(address));

    public static (byte, byte[]) Server(string address) => (DhcpOption.ServerIdentifier, Bytes(address));

    public static byte[] Bytes(string address)
    {
        byte[] bytes = new byte[4];
        Ipv4Address.Parse(address).CopyTo(bytes);
        return bytes;
    }

    /// <returns>Empty where the server keeps silent.</returns>
    public byte[] Say(byte[] message)
    {
        byte[] reply = new byte[DhcpMessage.LimitBytes];
        int length = server.Answer(Now, message, reply, out DhcpDelivery delivery);
        Delivery = delivery;
        return reply[..length];
    }

    /// <summary>Says it and tells type and address of the reply.</summary>
    public (DhcpMessageType Type, string Address) Ask(byte[] message)
    {
        byte[] reply = Say(message);
        if (reply.Length == 0) return (DhcpMessageType.None, "");
        Assert.That(DhcpMessage.TryParse(reply, out DhcpMessage parsed), Is.True);
        return (parsed.Type, parsed.YourAddress.ToString());
    }
}
