namespace TestLab.Machines.Bus;

/// <summary>The 64 KiB of ports: which device answers where; the rest is open bus and reads as ones.</summary>
public sealed class PortSpace
{
    private readonly List<Range> _ranges = [];

    public void Add(ushort firstPort, int count, IPortDevice device) => Add(new Range(firstPort, count, device, null));

    public void Add(ushort firstPort, int count, IWidePortDevice device) => Add(new Range(firstPort, count, null, device));

    public uint Read(ushort port, int size)
    {
        if (Find(port) is { Wide: { } wide } range && port + size <= range.End)
            return wide.Read((ushort)(port - range.First), size) & (uint)((1UL << (8 * size)) - 1);

        uint value = 0;
        for (int index = 0; index < size; index++) value |= (uint)ReadByte((ushort)(port + index)) << (8 * index);
        return value;
    }

    public void Write(ushort port, uint value, int size)
    {
        if (Find(port) is { Wide: { } wide } range && port + size <= range.End)
        {
            wide.Write((ushort)(port - range.First), value, size);
            return;
        }

        for (int index = 0; index < size; index++) WriteByte((ushort)(port + index), (byte)(value >> (8 * index)));
    }

    private byte ReadByte(ushort port)
    {
        Range? range = Find(port);
        ushort offset = (ushort)(port - (range?.First ?? 0));
        return range?.Narrow?.Read(offset) ?? (byte?)range?.Wide?.Read(offset, 1) ?? 0xFF;
    }

    private void WriteByte(ushort port, byte value)
    {
        Range? range = Find(port);
        ushort offset = (ushort)(port - (range?.First ?? 0));
        range?.Narrow?.Write(offset, value);
        range?.Wide?.Write(offset, value, 1);
    }

    private void Add(Range range)
    {
        foreach (Range other in _ranges)
        {
            if (range.First < other.End && other.First < range.End)
                throw new ArgumentException($"Ports {range.First:X}h and {other.First:X}h overlap.");
        }

        _ranges.Add(range);
        _ranges.Sort((left, right) => left.First.CompareTo(right.First));
    }

    private Range? Find(ushort port)
    {
        int low = 0;
        int high = _ranges.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            Range range = _ranges[middle];
            if (port < range.First) high = middle - 1;
            else if (port >= range.End) low = middle + 1;
            else return range;
        }

        return null;
    }

    private sealed record Range(ushort First, int Count, IPortDevice? Narrow, IWidePortDevice? Wide)
    {
        public int End => First + Count;
    }
}
