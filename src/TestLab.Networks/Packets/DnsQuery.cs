using System.Buffers.Binary;

namespace TestLab.Networks.Packets;

/// <summary>
/// A question to a name server (RFC 1035), with the extension of RFC 6891 where the client speaks it.
/// </summary>
public readonly ref struct DnsQuery
{
    public const int HeaderBytes = 12;

    /// <summary>What a client without the extension takes over UDP.</summary>
    public const int PlainLimitBytes = 512;

    /// <summary>What our server sends over UDP at most: no fragment on any usual path.</summary>
    public const int ExtendedLimitBytes = 1_232;

    public const ushort ResponseFlag = 0x8000;
    public const ushort AuthoritativeFlag = 0x0400;
    public const ushort TruncatedFlag = 0x0200;
    public const ushort RecursionDesiredFlag = 0x0100;
    public const ushort RecursionAvailableFlag = 0x0080;
    public const ushort InternetClass = 1;

    private const int OpcodeShift = 11;
    private const int RecordLimit = 64;

    public ushort Id { get; private init; }

    public ushort Flags { get; private init; }

    public int Opcode => Flags >> OpcodeShift & 0xF;

    /// <summary>In lower case, without a dot at the end.</summary>
    public string Name { get; private init; }

    public ushort Type { get; private init; }

    public ushort Class { get; private init; }

    /// <summary>As it was asked, letter for letter: some clients check the case of what they get back.</summary>
    public ReadOnlySpan<byte> Question { get; private init; }

    public bool IsExtended { get; private init; }

    public byte ExtensionVersion { get; private init; }

    /// <summary>The largest response that the client takes over UDP.</summary>
    public int LimitBytes { get; private init; }

    /// <returns>What is wrong with it; null for what is no question at all and gets no answer.</returns>
    public static DnsResponseCode? Parse(ReadOnlySpan<byte> message, out DnsQuery query)
    {
        query = default;
        if (message.Length < HeaderBytes) return null;
        ushort flags = BinaryPrimitives.ReadUInt16BigEndian(message[2..]);
        if ((flags & ResponseFlag) != 0) return null;
        query = new DnsQuery
        {
            Id = BinaryPrimitives.ReadUInt16BigEndian(message),
            Flags = flags,
            Name = "",
            LimitBytes = PlainLimitBytes,
        };
        if (query.Opcode != 0) return DnsResponseCode.NotImplemented;
        int offset = HeaderBytes;
        if (BinaryPrimitives.ReadUInt16BigEndian(message[4..]) != 1 || !DnsName.TryRead(message, ref offset, out string name)
            || offset + 4 > message.Length) return DnsResponseCode.FormatError;
        query = query with
        {
            Name = name,
            Type = BinaryPrimitives.ReadUInt16BigEndian(message[offset..]),
            Class = BinaryPrimitives.ReadUInt16BigEndian(message[(offset + 2)..]),
            Question = message[HeaderBytes..(offset + 4)],
        };
        return ParseExtension(message, offset + 4, ref query);
    }

    private static DnsResponseCode ParseExtension(ReadOnlySpan<byte> message, int offset, ref DnsQuery query)
    {
        int records = BinaryPrimitives.ReadUInt16BigEndian(message[6..]) + BinaryPrimitives.ReadUInt16BigEndian(message[8..])
            + BinaryPrimitives.ReadUInt16BigEndian(message[10..]);
        if (records > RecordLimit) return DnsResponseCode.FormatError;
        for (int record = 0; record < records; record++)
        {
            if (!DnsName.TryRead(message, ref offset, out string owner) || offset + 10 > message.Length)
                return DnsResponseCode.FormatError;
            ReadOnlySpan<byte> fields = message[offset..];
            offset += 10 + BinaryPrimitives.ReadUInt16BigEndian(fields[8..]);
            if (offset > message.Length) return DnsResponseCode.FormatError;
            if (BinaryPrimitives.ReadUInt16BigEndian(fields) != DnsType.Options) continue;
            if (query.IsExtended || owner.Length != 0) return DnsResponseCode.FormatError;
            query = query with
            {
                IsExtended = true,
                ExtensionVersion = fields[5],
                LimitBytes = Math.Clamp(
                    (int)BinaryPrimitives.ReadUInt16BigEndian(fields[2..]), PlainLimitBytes, ExtendedLimitBytes),
            };
        }

        return query.ExtensionVersion == 0 ? DnsResponseCode.None : DnsResponseCode.BadVersion;
    }
}
