using System.Text;

namespace TestLab.Images.Initramfs;

/// <summary>What a busybox binary offers.</summary>
internal static class Busybox
{
    // The table of names is sorted, each name ends with a zero byte, an empty name ends it; "[" and "[[" sort first.
    private static readonly byte[] _tableStart = "[\0[[\0"u8.ToArray();

    /// <summary>
    /// The names of a binary's applets, read out of its table, so that a binary for another machine need not run here.
    /// </summary>
    /// <exception cref="InvalidDataException">It has no such table.</exception>
    public static IReadOnlyList<string> AppletsOf(ReadOnlySpan<byte> binary)
    {
        int start = binary.IndexOf(_tableStart);
        List<string> names = [];
        while (start >= 0 && start < binary.Length)
        {
            int length = binary[start..].IndexOf((byte)0);
            if (length <= 0)
            {
                break;
            }
            names.Add(Encoding.ASCII.GetString(binary.Slice(start, length)));
            start += length + 1;
        }
        return names.Contains("sh") ? names : throw new InvalidDataException("it has no table of applets");
    }
}
