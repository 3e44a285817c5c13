using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ZstdSharp;

namespace TestLab.Machines.Snapshots;

/// <summary>Writes the sections of a snapshot and keeps the hash of what it has written.</summary>
internal sealed class SnapshotWriter : IDisposable
{
    private readonly Stream _stream;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Compressor _compressor = new(SnapshotFormat.CompressionLevel);

    public SnapshotWriter(Stream stream)
    {
        _stream = stream;
        Span<byte> version = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(version, SnapshotFormat.Version);
        Write(SnapshotFormat.Magic);
        Write(version);
    }

    public void Section(string name, ReadOnlySpan<byte> content)
    {
        byte[] label = Encoding.ASCII.GetBytes(name);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, content.Length);
        Write([(byte)label.Length]);
        Write(label);
        Write(length);
        Write(content);
    }

    /// <summary>Numbered pages in packs: a count, the numbers, the compressed pages.</summary>
    public void Pages(string name, IEnumerable<KeyValuePair<ulong, byte[]>> pages)
    {
        foreach (KeyValuePair<ulong, byte[]>[] pack in pages.Chunk(SnapshotFormat.PackPages))
        {
            byte[] content = new byte[pack.Length * SnapshotFormat.PageBytes];
            byte[] head = new byte[4 + 8 * pack.Length];
            BinaryPrimitives.WriteInt32LittleEndian(head, pack.Length);
            for (int index = 0; index < pack.Length; index++)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(head.AsSpan(4 + 8 * index), pack[index].Key);
                pack[index].Value.CopyTo(content.AsSpan(index * SnapshotFormat.PageBytes));
            }

            Section(name, [.. head, .. _compressor.Wrap(content)]);
        }
    }

    /// <summary>Ends the file with the hash that makes damage visible.</summary>
    public void Finish()
    {
        Section(SnapshotFormat.EndSection, _hash.GetCurrentHash());
        _stream.Flush();
    }

    public void Dispose()
    {
        _hash.Dispose();
        _compressor.Dispose();
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        _stream.Write(bytes);
    }
}
