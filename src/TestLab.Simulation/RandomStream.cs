using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace TestLab.Simulation;

/// <summary>Random numbers as a pure function of (seed, path, purpose, index): Philox 2x64 with ten rounds.</summary>
/// <remarks>One more draw in one place moves no number elsewhere, and the whole state is the index.
/// Source: Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3" (2011).</remarks>
public sealed class RandomStream
{
    private const int Rounds = 10;
    private const ulong Multiplier = 0xD2B7_4407_B1CE_6E93;
    private const ulong KeyIncrement = 0x9E37_79B9_7F4A_7C15;

    private readonly ulong _key;
    private readonly ulong _block;

    /// <param name="seed">The seed of the lab or machine.</param>
    /// <param name="path">The component, as "server/net0".</param>
    /// <param name="purpose">What the numbers decide, as "loss".</param>
    public RandomStream(ulong seed, string path, string purpose)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}\0{path}\0{purpose}"), digest);
        _key = BinaryPrimitives.ReadUInt64LittleEndian(digest);
        _block = BinaryPrimitives.ReadUInt64LittleEndian(digest[8..]);
    }

    /// <summary>The index of the next number.</summary>
    public ulong Index { get; set; }

    /// <summary>The number at an index, whatever was drawn before.</summary>
    public ulong At(ulong index)
    {
        ulong left = index;
        ulong right = _block;
        ulong key = _key;
        for (int round = 0; round < Rounds; round++)
        {
            ulong high = Math.BigMul(left, Multiplier, out ulong low);
            (left, right) = (high ^ key ^ right, low);
            key += KeyIncrement;
        }

        return left;
    }

    public ulong Next() => At(Index++);

    /// <summary>A number below the bound, each equally likely to within 2^-64 of the bound.</summary>
    public ulong NextBelow(ulong bound) => Math.BigMul(Next(), bound, out _);

    /// <summary>Fills the span; eight bytes a number, the rest of the last number is dropped.</summary>
    public void Fill(Span<byte> destination)
    {
        Span<byte> word = stackalloc byte[8];
        while (!destination.IsEmpty)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, Next());
            int length = Math.Min(word.Length, destination.Length);
            word[..length].CopyTo(destination);
            destination = destination[length..];
        }
    }
}
