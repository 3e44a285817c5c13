using System.Buffers.Binary;
using System.Security.Cryptography;
using TestLab.Simulation;

namespace TestLab.Machines.Snapshots;

/// <summary>A hash over numbered pages of 4 KiB that costs only the pages that have changed.</summary>
/// <remarks>
/// It is the sum of the pages' own hashes, each over number and content, so the order in which pages changed leaves no
/// trace, and a page that goes back to what it was does so in the sum. A page of zeros adds nothing.
/// </remarks>
internal sealed class PageDigest
{
    private const int NumberBytes = sizeof(ulong);

    private readonly Dictionary<ulong, UInt128> _pages = [];
    private readonly HashSet<ulong> _changed = [];
    private readonly byte[] _input = new byte[NumberBytes + SnapshotFormat.PageBytes];
    private UInt128 _sum;

    public delegate ReadOnlySpan<byte> PageSource(ulong number);

    public void Changed(ulong number) => _changed.Add(number);

    public void Clear()
    {
        _pages.Clear();
        _changed.Clear();
        _sum = 0;
    }

    public StateHash Update(PageSource source)
    {
        // The sum does not depend on the order of the set.
        foreach (ulong number in _changed) Replace(number, HashOf(number, source(number)));
        _changed.Clear();
        return new StateHash((UInt128)_pages.Count, _sum);
    }

    private void Replace(ulong number, UInt128 hash)
    {
        if (_pages.Remove(number, out UInt128 before)) _sum -= before;
        if (hash == 0) return;
        _pages.Add(number, hash);
        _sum += hash;
    }

    private UInt128 HashOf(ulong number, ReadOnlySpan<byte> content)
    {
        if (!content.ContainsAnyExcept((byte)0)) return 0;
        BinaryPrimitives.WriteUInt64LittleEndian(_input, number);
        content.CopyTo(_input.AsSpan(NumberBytes));
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_input, hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
