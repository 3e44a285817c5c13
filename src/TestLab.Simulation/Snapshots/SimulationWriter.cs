using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace TestLab.Simulation.Snapshots;

/// <summary>Writes the sections of a simulation and keeps the hash of what it has written.</summary>
internal sealed class SimulationWriter : IDisposable
{
    private readonly Stream _stream;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public SimulationWriter(Stream stream)
    {
        _stream = stream;
        Span<byte> version = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(version, SimulationFormat.Version);
        Write(SimulationFormat.Magic);
        Write(version);
    }

    /// <exception cref="ArgumentException">The name is longer than <see cref="SimulationFormat.NameLimitBytes"/>.</exception>
    public void Section(string name, Action<Stream> write)
    {
        byte[] label = Encoding.UTF8.GetBytes(name);
        if (label.Length is 0 or > SimulationFormat.NameLimitBytes)
        {
            throw new ArgumentException(
                $"A name has 1 to {SimulationFormat.NameLimitBytes} bytes, not {label.Length}.", nameof(name));
        }

        Write([(byte)label.Length]);
        Write(label);
        using var pieces = new PieceWriter(piece => Write(piece.Span));
        write(pieces);
        pieces.Finish();
    }

    /// <summary>Ends the file with the hash that makes damage visible.</summary>
    public void Finish()
    {
        byte[] hash = _hash.GetCurrentHash();
        Section(SimulationFormat.EndSection, stream => stream.Write(hash));
        _stream.Flush();
    }

    public void Dispose() => _hash.Dispose();

    private void Write(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        _stream.Write(bytes);
    }
}
