using System.Buffers.Binary;

namespace TestLab.Machines.Tests.Boot;

/// <summary>The memory of a machine that was never there: pages appear as they are written.</summary>
internal sealed class SparseMemory(ulong ramBytes)
{
    private const int PageBytes = 4096;

    private readonly Dictionary<ulong, byte[]> _pages = [];

    public long Written { get; private set; }

    public void Write(ulong address, ReadOnlySpan<byte> bytes)
    {
        Assert.That(address + (ulong)bytes.Length, Is.LessThanOrEqualTo(ramBytes), "written beyond the memory");
        Written += bytes.Length;
        while (!bytes.IsEmpty)
        {
            ulong number = address / PageBytes;
            int offset = (int)(address % PageBytes);
            int count = Math.Min(bytes.Length, PageBytes - offset);
            if (!_pages.TryGetValue(number, out byte[]? page))
            {
                page = new byte[PageBytes];
                _pages[number] = page;
            }
            bytes[..count].CopyTo(page.AsSpan(offset));
            bytes = bytes[count..];
            address += (ulong)count;
        }
    }

    public byte[] Read(ulong address, int bytes)
    {
        byte[] result = new byte[bytes];
        for (int index = 0; index < bytes; index++)
        {
            ulong at = address + (ulong)index;
            result[index] = _pages.TryGetValue(at / PageBytes, out byte[]? page) ? page[at % PageBytes] : (byte)0;
        }
        return result;
    }

    public uint UInt32(ulong address) => BinaryPrimitives.ReadUInt32LittleEndian(Read(address, sizeof(uint)));

    public ulong UInt64(ulong address) => BinaryPrimitives.ReadUInt64LittleEndian(Read(address, sizeof(ulong)));
}
