using System.Text;

namespace TestLab.Networks.Packets;

/// <summary>Domain names: labels with their lengths on the wire, dots between them in text.</summary>
public static class DnsName
{
    public const int LimitBytes = 255;
    public const int LabelLimitBytes = 63;

    private const byte PointerBits = 0xC0;

    /// <summary>Reads a name, in lower case and without a dot at its end; the root is empty.</summary>
    /// <remarks>A pointer leads to an earlier place only, so reading ends whatever the message says.</remarks>
    /// <param name="offset">Where the name starts; then, where it ends.</param>
    public static bool TryRead(ReadOnlySpan<byte> message, ref int offset, out string name)
    {
        var text = new StringBuilder();
        name = "";
        int at = offset;
        int lowest = offset;
        int wireBytes = 1;
        bool hasJumped = false;
        while (true)
        {
            if ((uint)at >= (uint)message.Length) return false;
            int length = message[at];
            if (length == 0)
            {
                if (!hasJumped) offset = at + 1;
                name = text.ToString();
                return true;
            }

            if ((length & PointerBits) == PointerBits)
            {
                if (at + 1 >= message.Length) return false;
                int target = (length & ~PointerBits) << 8 | message[at + 1];
                if (target >= lowest) return false;
                if (!hasJumped) offset = at + 2;
                (hasJumped, at, lowest) = (true, target, target);
                continue;
            }

            wireBytes += length + 1;
            if (length > LabelLimitBytes || at + 1 + length > message.Length || wireBytes > LimitBytes) return false;
            if (!AppendLabel(text, message.Slice(at + 1, length))) return false;
            at += 1 + length;
        }
    }

    /// <summary>Whether the text is a name that can be asked for; it may start with a wildcard.</summary>
    public static bool IsValid(string name)
    {
        if (name.Length is 0 or > LimitBytes - 2) return false;
        return name.Split('.').All(label => label.Length is > 0 and <= LabelLimitBytes && Ascii.IsValid(label)
            && label.All(letter => letter > ' '));
    }

    internal static void Write(ref SpanWriter writer, string name)
    {
        Span<byte> label = stackalloc byte[LabelLimitBytes];
        foreach (Range part in name.AsSpan().Split('.'))
        {
            ReadOnlySpan<char> text = name.AsSpan(part);
            if (text.IsEmpty) continue;
            int length = Encoding.ASCII.GetBytes(text, label);
            writer.Byte((byte)length);
            writer.Bytes(label[..length]);
        }

        writer.Byte(0);
    }

    /// <summary>Names of hosts are of visible letters; a dot within a label would be another name in text.</summary>
    private static bool AppendLabel(StringBuilder text, ReadOnlySpan<byte> label)
    {
        if (text.Length > 0) text.Append('.');
        foreach (byte letter in label)
        {
            if (letter is <= (byte)' ' or > (byte)'~' or (byte)'.') return false;
            text.Append(char.ToLowerInvariant((char)letter));
        }

        return true;
    }
}
