using TestLab.Networks.Packets;

namespace TestLab.Networks.Hosts;

/// <summary>
/// The name server of a segment (RFC 1035): machines of the lab, and what the lab file says of the rest.
/// </summary>
internal sealed class DnsServer(DnsZone zone)
{
    private const uint TimeToLiveSeconds = 60;

    /// <summary>Aliases followed in a row: a ring of them ends.</summary>
    private const int AliasLimit = 8;

    /// <summary>Where the name of the question stands, for all answers that are about it.</summary>
    private const ushort QuestionPointer = 0xC000 | DnsQuery.HeaderBytes;

    /// <summary>Answers a message.</summary>
    /// <param name="limitBytes">What the way back carries; over UDP, the client's own limit counts besides.</param>
    /// <param name="isDatagram">Over UDP; a stream has no limit but its own.</param>
    /// <param name="isForeign">Whether somebody outside may know what is not known here; then there is no answer yet.</param>
    /// <returns>The bytes of the response; zero where there is none.</returns>
    public int Answer(ReadOnlySpan<byte> message, Span<byte> response, bool isDatagram, out bool isForeign)
    {
        isForeign = false;
        if (DnsQuery.Parse(message, out DnsQuery query) is not { } code) return 0;
        int limit = isDatagram ? Math.Min(query.LimitBytes, response.Length) : response.Length;
        var writer = new SpanWriter(response[..limit]);
        if (code != DnsResponseCode.None) return WriteHead(ref writer, query, code);
        if (query.Class is not (DnsQuery.InternetClass or DnsType.Any))
            return WriteHead(ref writer, query, DnsResponseCode.Refused);
        IReadOnlyList<DnsRecord>? records = zone.Find(query.Name);
        if (records is null)
        {
            isForeign = !zone.IsAuthority(query.Name);
            code = DnsResponseCode.NoSuchName;
        }

        return WriteAnswers(ref writer, query, code, records ?? []);
    }

    /// <summary>Says that the server cannot tell.</summary>
    public static int Fail(ReadOnlySpan<byte> message, Span<byte> response)
    {
        if (DnsQuery.Parse(message, out DnsQuery query) is null) return 0;
        var writer = new SpanWriter(response);
        return WriteHead(ref writer, query, DnsResponseCode.ServerFailure);
    }

    private static int WriteHead(ref SpanWriter writer, in DnsQuery query, DnsResponseCode code)
    {
        WriteHeader(ref writer, query, code, 0, 0, isTruncated: false);
        writer.Bytes(query.Question);
        WriteExtension(ref writer, query, code);
        return writer.IsFull ? 0 : writer.Length;
    }

    private static void WriteHeader(
        ref SpanWriter writer, in DnsQuery query, DnsResponseCode code, int answers, int authorities, bool isTruncated)
    {
        int flags = DnsQuery.ResponseFlag | query.Opcode << 11 | DnsQuery.AuthoritativeFlag
            | query.Flags & DnsQuery.RecursionDesiredFlag | DnsQuery.RecursionAvailableFlag | (int)code & 0xF;
        writer.UInt16(query.Id);
        writer.UInt16((ushort)(flags | (isTruncated ? DnsQuery.TruncatedFlag : 0)));
        writer.UInt16(query.Question.IsEmpty ? (ushort)0 : (ushort)1);
        writer.UInt16((ushort)answers);
        writer.UInt16((ushort)authorities);
        writer.UInt16(query.IsExtended ? (ushort)1 : (ushort)0);
    }

    private static void WriteExtension(ref SpanWriter writer, in DnsQuery query, DnsResponseCode code)
    {
        if (!query.IsExtended) return;
        writer.Byte(0);
        writer.UInt16(DnsType.Options);
        writer.UInt16(DnsQuery.ExtendedLimitBytes);
        writer.Byte((byte)((int)code >> 4));
        writer.Byte(0);
        writer.UInt16(0);
        writer.UInt16(0);
    }

    private static void WriteRecordHead(ref SpanWriter writer, ushort type)
    {
        writer.UInt16(type);
        writer.UInt16(DnsQuery.InternetClass);
        writer.UInt32(TimeToLiveSeconds);
    }

    private int WriteAnswers(ref SpanWriter writer, in DnsQuery query, DnsResponseCode code, IReadOnlyList<DnsRecord> records)
    {
        WriteHeader(ref writer, query, code, 0, 0, isTruncated: false);
        writer.Bytes(query.Question);
        int start = writer.Length;
        int answers = WriteChain(ref writer, query, records, ref code);
        int authorities = 0;
        if (answers == 0 && zone.IsAuthority(query.Name))
        {
            WriteAuthority(ref writer);
            authorities = 1;
        }

        WriteExtension(ref writer, query, code);
        bool isTruncated = writer.IsFull;
        int length = writer.Length;
        if (isTruncated)
        {
            // The client asks again over a stream; half a set of records would be worse than none.
            (answers, authorities) = (0, 0);
            writer.Rewind(start);
            WriteExtension(ref writer, query, code);
            length = writer.Length;
        }

        writer.Rewind(0);
        WriteHeader(ref writer, query, code, answers, authorities, isTruncated);
        return length;
    }

    private int WriteChain(
        ref SpanWriter writer, in DnsQuery query, IReadOnlyList<DnsRecord> records, ref DnsResponseCode code)
    {
        int answers = 0;
        string owner = "";
        for (int link = 0; link < AliasLimit; link++)
        {
            DnsRecord? alias = records.FirstOrDefault(record => record.Type == DnsType.Alias);
            foreach (DnsRecord record in records)
            {
                if (alias is not null ? record != alias : query.Type != record.Type && query.Type != DnsType.Any) continue;
                WriteRecord(ref writer, owner, record);
                answers++;
            }

            if (alias is null || query.Type is DnsType.Alias or DnsType.Any) break;
            owner = alias.Target;
            IReadOnlyList<DnsRecord>? next = zone.Find(owner.ToLowerInvariant());
            if (next is null)
            {
                code = DnsResponseCode.NoSuchName;
                break;
            }

            records = next;
        }

        return answers;
    }

    private static void WriteRecord(ref SpanWriter writer, string owner, DnsRecord record)
    {
        if (owner.Length == 0) writer.UInt16(QuestionPointer);
        else DnsName.Write(ref writer, owner);
        WriteRecordHead(ref writer, record.Type);
        if (record.Target.Length == 0)
        {
            writer.UInt16((ushort)record.Content.Length);
            writer.Bytes(record.Content.Span);
            return;
        }

        writer.UInt16((ushort)(record.Target.Length + 2));
        DnsName.Write(ref writer, record.Target);
    }

    /// <summary>How long the client may remember that there is nothing (RFC 2308).</summary>
    private void WriteAuthority(ref SpanWriter writer)
    {
        DnsName.Write(ref writer, zone.Domain);
        WriteRecordHead(ref writer, DnsType.Authority);
        Span<byte> content = stackalloc byte[2 * DnsName.LimitBytes + 20];
        var fields = new SpanWriter(content);
        DnsName.Write(ref fields, zone.Domain);
        DnsName.Write(ref fields, $"hostmaster.{zone.Domain}");
        fields.UInt32(1);
        for (int interval = 0; interval < 4; interval++) fields.UInt32(TimeToLiveSeconds);
        writer.UInt16((ushort)fields.Length);
        writer.Bytes(fields.Written);
    }
}
