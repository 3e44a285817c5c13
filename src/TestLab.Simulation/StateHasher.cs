using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace TestLab.Simulation;

/// <summary>SHA-256 over named parts in a fixed order; a name and a length precede every part, so parts cannot run together.</summary>
public sealed class StateHasher : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Add(string name, ReadOnlySpan<byte> content)
    {
        Span<byte> length = stackalloc byte[8];
        byte[] label = Encoding.UTF8.GetBytes(name);
        BinaryPrimitives.WriteInt32LittleEndian(length, label.Length);
        BinaryPrimitives.WriteInt32LittleEndian(length[4..], content.Length);
        _hash.AppendData(length);
        _hash.AppendData(label);
        _hash.AppendData(content);
    }

    /// <summary>A part that has been hashed by itself.</summary>
    public void Add(string name, in StateHash hash)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        BinaryPrimitives.WriteUInt128BigEndian(digest, hash.High);
        BinaryPrimitives.WriteUInt128BigEndian(digest[16..], hash.Low);
        Add(name, digest);
    }

    /// <summary>A numbered part, as a page of memory.</summary>
    public void Add(ulong number, ReadOnlySpan<byte> content)
    {
        Span<byte> label = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(label, number);
        _hash.AppendData(label);
        _hash.AppendData(content);
    }

    /// <summary>The hash of all parts so far; the hasher starts anew.</summary>
    public StateHash Finish()
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        _hash.GetHashAndReset(digest);
        return new StateHash(
            BinaryPrimitives.ReadUInt128BigEndian(digest), BinaryPrimitives.ReadUInt128BigEndian(digest[16..]));
    }

    public void Dispose() => _hash.Dispose();
}
