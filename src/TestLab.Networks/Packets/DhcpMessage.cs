using System.Buffers.Binary;

namespace TestLab.Networks.Packets;

/// <summary>A view of a DHCP message (RFC 2131) over Ethernet.</summary>
public readonly ref struct DhcpMessage
{
    public const ushort ServerPort = 67;
    public const ushort ClientPort = 68;
    public const byte BootRequest = 1;
    public const byte BootReply = 2;
    public const uint MagicCookie = 0x6382_5363;
    public const ushort BroadcastFlag = 0x8000;

    /// <summary>Up to the cookie, behind which the options are.</summary>
    public const int OptionsOffset = 240;

    /// <summary>The least that a client of BOOTP's days takes.</summary>
    public const int SmallestBytes = 300;

    /// <summary>The most that a client need take (RFC 2131, 2: options of 312 bytes).</summary>
    public const int LimitBytes = 548;

    private const int ServerNameOffset = 44;
    private const int FileOffset = 108;
    private const byte Ethernet = 1;
    private const byte FileOverload = 1;
    private const byte ServerNameOverload = 2;

    private readonly ReadOnlySpan<byte> _bytes;

    private DhcpMessage(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public byte Operation => _bytes[0];

    public uint Transaction => BinaryPrimitives.ReadUInt32BigEndian(_bytes[4..]);

    public bool WantsBroadcast => (BinaryPrimitives.ReadUInt16BigEndian(_bytes[10..]) & BroadcastFlag) != 0;

    public ushort Flags => BinaryPrimitives.ReadUInt16BigEndian(_bytes[10..]);

    public Ipv4Address ClientAddress => Ipv4Address.Read(_bytes[12..]);

    public Ipv4Address YourAddress => Ipv4Address.Read(_bytes[16..]);

    public Ipv4Address RelayAddress => Ipv4Address.Read(_bytes[24..]);

    public HardwareAddress ClientHardware => HardwareAddress.Read(_bytes[28..]);

    public DhcpMessageType Type =>
        Option(DhcpOption.MessageType) is [var type] ? (DhcpMessageType)type : DhcpMessageType.None;

    public Ipv4Address? RequestedAddress => Address(DhcpOption.RequestedAddress);

    public Ipv4Address? ServerIdentifier => Address(DhcpOption.ServerIdentifier);

    /// <returns>False for what is too short, of other hardware, or no DHCP.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out DhcpMessage message)
    {
        message = default;
        if (bytes.Length < OptionsOffset || bytes[1] != Ethernet || bytes[2] != HardwareAddress.LengthBytes
            || BinaryPrimitives.ReadUInt32BigEndian(bytes[236..]) != MagicCookie) return false;
        message = new DhcpMessage(bytes);
        return message.Type != DhcpMessageType.None;
    }

    /// <summary>The content of an option; empty where it is absent.</summary>
    public ReadOnlySpan<byte> Option(byte code)
    {
        ReadOnlySpan<byte> options = _bytes[OptionsOffset..];
        ReadOnlySpan<byte> content = Find(options, code);
        // Where the options do not suffice, they go on in fields of BOOTP.
        if (!content.IsEmpty || Find(options, DhcpOption.Overload) is not [var overload]) return content;
        if ((overload & FileOverload) != 0) content = Find(_bytes[FileOffset..(OptionsOffset - 4)], code);
        if (content.IsEmpty && (overload & ServerNameOverload) != 0) content = Find(_bytes[ServerNameOffset..FileOffset], code);
        return content;
    }

    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> options, byte code)
    {
        while (!options.IsEmpty && options[0] != DhcpOption.End)
        {
            if (options[0] == DhcpOption.Padding)
            {
                options = options[1..];
                continue;
            }

            if (options.Length < 2 || options.Length < 2 + options[1]) return [];
            if (options[0] == code) return options.Slice(2, options[1]);
            options = options[(2 + options[1])..];
        }

        return [];
    }

    private Ipv4Address? Address(byte option) =>
        Option(option) is { Length: Ipv4Address.LengthBytes } content ? Ipv4Address.Read(content) : null;
}
