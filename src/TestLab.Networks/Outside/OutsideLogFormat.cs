using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using TestLab.Simulation;

namespace TestLab.Networks.Outside;

/// <summary>The file of a log: a head, then entries, each with a link of a chain of hashes.</summary>
/// <remarks>
/// Head: magic, version, the name of what is recorded, a link. Entry: length, time, whether it was asked of the outside,
/// the message, a link. A link covers the one before and everything since, so nothing can be left out or moved. Of
/// what was asked, only a hash of the content is kept: the lab can tell the content itself. Little endian.
/// </remarks>
internal static class OutsideLogFormat
{
    public const uint Version = 1;
    public const int LinkBytes = 16;
    public const int HeadBytes = 12;
    public const int NameLimitBytes = 1_024;

    /// <summary>Time and direction, before the message.</summary>
    public const int StampBytes = 9;

    public const int EntryLimitBytes = StampBytes + OutsideMessage.HeadBytes + OutsideMessage.ContentLimitBytes;

    private const int DigestBytes = 8;

    public static ReadOnlySpan<byte> Magic => "TLABOUTS"u8;

    /// <summary>The link behind a part, given the link before it.</summary>
    public static byte[] Link(ReadOnlySpan<byte> before, ReadOnlySpan<byte> part)
    {
        byte[] all = [.. before, .. part];
        return SHA256.HashData(all)[..LinkBytes];
    }

    /// <summary>Everything of the head but its link.</summary>
    public static byte[] Head(string name)
    {
        byte[] text = Encoding.UTF8.GetBytes(name);
        if (text.Length > NameLimitBytes) throw new ArgumentException("The name of a log is too long.", nameof(name));
        byte[] head = new byte[HeadBytes + sizeof(int) + text.Length];
        Magic.CopyTo(head);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(Magic.Length), Version);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(HeadBytes), text.Length);
        text.CopyTo(head.AsSpan(HeadBytes + sizeof(int)));
        return head;
    }

    /// <summary>An entry with its length, without its link.</summary>
    public static byte[] Entry(VirtualTime time, bool isRequest, OutsideMessage message)
    {
        byte[] content = isRequest ? DigestOf(message.Content.Span) : message.Content.ToArray();
        return Entry(time, isRequest, message, content);
    }

    /// <summary>The entry of what was asked, as it stands in the log.</summary>
    public static byte[] RequestEntry(OutsideLogEntry entry) =>
        Entry(entry.Time, isRequest: true, entry.Message, entry.Message.Content.Span);

    private static byte[] Entry(VirtualTime time, bool isRequest, OutsideMessage message, ReadOnlySpan<byte> content)
    {
        byte[] entry = new byte[sizeof(int) + StampBytes + OutsideMessage.HeadBytes + content.Length];
        BinaryPrimitives.WriteInt32LittleEndian(entry, entry.Length - sizeof(int));
        BinaryPrimitives.WriteInt64LittleEndian(entry.AsSpan(sizeof(int)), time.Nanoseconds);
        entry[sizeof(int) + StampBytes - 1] = isRequest ? (byte)1 : (byte)0;
        message.WriteHead(entry.AsSpan(sizeof(int) + StampBytes));
        content.CopyTo(entry.AsSpan(sizeof(int) + StampBytes + OutsideMessage.HeadBytes));
        return entry;
    }

    private static byte[] DigestOf(ReadOnlySpan<byte> content) =>
        content.IsEmpty ? [] : SHA256.HashData(content)[..DigestBytes];
}
