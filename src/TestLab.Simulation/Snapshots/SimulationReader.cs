using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace TestLab.Simulation.Snapshots;

/// <summary>Reads the sections of a simulation; whatever is wrong with the file is a <see cref="SnapshotException"/>.</summary>
internal sealed class SimulationReader : IDisposable
{
    private readonly Stream _stream;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public SimulationReader(Stream stream)
    {
        _stream = stream;
        byte[] head = new byte[SimulationFormat.Magic.Length + 4];
        Read(head);
        if (!head.AsSpan().StartsWith(SimulationFormat.Magic))
            throw new SnapshotException("This is not a snapshot of a simulation.");
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(SimulationFormat.Magic.Length));
        if (version != SimulationFormat.Version)
        {
            throw new SnapshotException(
                $"The snapshot has format {version}; this program reads format {SimulationFormat.Version}.");
        }
    }

    /// <summary>The next section, which has to be the one of the name and is read to its end.</summary>
    public void Section(string name, Action<Stream> read)
    {
        byte[] length = new byte[1];
        Read(length);
        byte[] label = new byte[length[0]];
        Read(label);
        string found = Encoding.UTF8.GetString(label);
        if (found != name)
            throw new SnapshotException($"The snapshot is damaged, or of another simulation: it has {found}, not {name}.");
        using var pieces = new PieceReader(piece => Read(piece.Span));
        read(pieces);
        if (pieces.Read(new byte[1]) != 0)
            throw new SnapshotException($"The snapshot is damaged: {name} is longer than it can be.");
    }

    /// <summary>The end of the file, with the hash found right.</summary>
    public void Finish()
    {
        byte[] expected = _hash.GetCurrentHash();
        byte[] stored = new byte[SHA256.HashSizeInBytes];
        Section(SimulationFormat.EndSection, stream => stream.ReadAtLeast(stored, stored.Length, throwOnEndOfStream: false));
        if (!stored.AsSpan().SequenceEqual(expected))
            throw new SnapshotException("The snapshot is damaged: its checksum is wrong.");
    }

    public void Dispose() => _hash.Dispose();

    private void Read(Span<byte> content)
    {
        if (_stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false) < content.Length)
            throw new SnapshotException("The snapshot is truncated.");
        _hash.AppendData(content);
    }
}
