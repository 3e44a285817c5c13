using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using TestLab.Simulation;
using ZstdSharp;

namespace TestLab.Machines.Snapshots;

/// <summary>Reads the sections of a snapshot; whatever is wrong with the file is a <see cref="SnapshotException"/>.</summary>
internal sealed class SnapshotReader : IDisposable
{
    private const int PieceBytes = 1 << 20;

    private readonly Stream _stream;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Decompressor _decompressor = new();

    public SnapshotReader(Stream stream)
    {
        _stream = stream;
        if (!Read(SnapshotFormat.Magic.Length).SequenceEqual(SnapshotFormat.Magic))
            throw new SnapshotException("This is not a snapshot of a machine.");
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(Read(4));
        if (version != SnapshotFormat.Version)
            throw new SnapshotException($"The snapshot has format {version}; this program reads format {SnapshotFormat.Version}.");
    }

    /// <summary>The next section; false at the end, with the hash found right.</summary>
    public bool TryReadSection(out string name, out byte[] content)
    {
        byte[] expected = _hash.GetCurrentHash();
        int nameLength = Read(1)[0];
        if (nameLength is 0 or > SnapshotFormat.NameLimitBytes) throw new SnapshotException();
        name = Encoding.ASCII.GetString(Read(nameLength));
        int length = BinaryPrimitives.ReadInt32LittleEndian(Read(4));
        if (length is < 0 or > SnapshotFormat.SectionLimitBytes) throw new SnapshotException();
        content = Read(length);
        if (name != SnapshotFormat.EndSection) return true;
        if (!content.AsSpan().SequenceEqual(expected)) throw new SnapshotException("The snapshot is damaged: its checksum is wrong.");
        return false;
    }

    /// <summary>The pages of one pack.</summary>
    public List<KeyValuePair<ulong, byte[]>> Unpack(byte[] pack)
    {
        int count = pack.Length < 4 ? 0 : BinaryPrimitives.ReadInt32LittleEndian(pack);
        if (count is < 1 or > SnapshotFormat.PackPages || pack.Length < 4 + 8 * count) throw new SnapshotException();
        byte[] content = new byte[count * SnapshotFormat.PageBytes];
        Decompress(pack.AsSpan(4 + 8 * count), content);

        List<KeyValuePair<ulong, byte[]>> pages = [];
        for (int index = 0; index < count; index++)
        {
            ulong number = BinaryPrimitives.ReadUInt64LittleEndian(pack.AsSpan(4 + 8 * index));
            pages.Add(new(number, content[(index * SnapshotFormat.PageBytes)..((index + 1) * SnapshotFormat.PageBytes)]));
        }

        return pages;
    }

    public void Dispose()
    {
        _hash.Dispose();
        _decompressor.Dispose();
    }

    private void Decompress(ReadOnlySpan<byte> compressed, Span<byte> content)
    {
        try
        {
            if (_decompressor.Unwrap(compressed, content) == content.Length) return;
        }
        catch (ZstdException exception)
        {
            throw new SnapshotException("The snapshot is damaged: pages cannot be decompressed.", exception);
        }

        throw new SnapshotException("The snapshot is damaged: a pack of pages is short.");
    }

    /// <summary>Reads piece by piece, so that a damaged length costs no memory that the file does not fill.</summary>
    private byte[] Read(int length)
    {
        byte[] content = new byte[Math.Min(length, PieceBytes)];
        int done = 0;
        while (done < length)
        {
            if (done == content.Length) Array.Resize(ref content, (int)Math.Min(length, 2L * content.Length));
            int read = _stream.Read(content, done, content.Length - done);
            if (read == 0) throw new SnapshotException("The snapshot is truncated.");
            done += read;
        }

        if (content.Length != length) Array.Resize(ref content, length);
        _hash.AppendData(content);
        return content;
    }
}
