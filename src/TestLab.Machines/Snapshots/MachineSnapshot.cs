using System.Text;
using TestLab.Machines.Devices.Storage;
using TestLab.Processor;
using TestLab.Processor.Memory;
using TestLab.Simulation;

namespace TestLab.Machines.Snapshots;

/// <summary>Carries the whole state of a machine to a stream and back, and hashes it.</summary>
internal sealed class MachineSnapshot(MachineOptions options, GuestMemory memory, Cpu processor, MachineParts parts)
{
    public void Save(Stream stream)
    {
        using var writer = new SnapshotWriter(stream);
        writer.Section(SnapshotFormat.DescriptionSection, Describe());
        writer.Section(SnapshotFormat.ProcessorSection, processor.Save());
        foreach (MachinePart part in parts.All) writer.Section(part.Name, MachineParts.Save(part));
        writer.Pages(SnapshotFormat.MemorySection, Pages());
        foreach ((string name, OverlayDisk disk) in Overlays()) writer.Pages(name, disk.Clusters());
        writer.Finish();
    }

    /// <summary>Makes the machine what it was; after a <see cref="SnapshotException"/> it is to be thrown away.</summary>
    public void Restore(Stream stream)
    {
        using var reader = new SnapshotReader(stream);
        Dictionary<string, byte[]> sections = [];
        Dictionary<string, List<KeyValuePair<ulong, byte[]>>> clusters = [];
        List<(string Name, OverlayDisk Disk)> overlays = [.. Overlays()];
        foreach ((string name, _) in overlays) clusters[name] = [];
        bool[] written = new bool[memory.PageCount];
        bool isFirst = true;
        while (reader.TryReadSection(out string name, out byte[] content))
        {
            if (isFirst) CheckDescription(name, content);
            isFirst = false;
            if (name == SnapshotFormat.MemorySection) WritePages(reader.Unpack(content), written);
            else if (clusters.TryGetValue(name, out List<KeyValuePair<ulong, byte[]>>? list)) list.AddRange(reader.Unpack(content));
            else if (!sections.TryAdd(name, content)) throw new SnapshotException($"The snapshot is damaged: two sections {name}.");
        }

        ClearOtherPages(written);
        foreach ((string name, OverlayDisk disk) in overlays) disk.Replace(clusters[name]);
        RestoreProcessor(Take(sections, SnapshotFormat.ProcessorSection));
        foreach (MachinePart part in parts.All) MachineParts.Restore(part, Take(sections, part.Name));
    }

    /// <summary>One hash over all that the guest can see.</summary>
    public StateHash Hash()
    {
        using var hasher = new StateHasher();
        hasher.Add(SnapshotFormat.ProcessorSection, processor.Save());
        foreach (MachinePart part in parts.All) hasher.Add(part.Name, MachineParts.Save(part));
        for (int page = 0; page < memory.PageCount; page++)
            if (!IsZero(page)) hasher.Add((ulong)page, memory.PageContent(page));
        foreach ((string name, OverlayDisk disk) in Overlays())
        {
            hasher.Add(name, []);
            foreach ((ulong number, byte[] content) in disk.Clusters()) hasher.Add(number, content);
        }

        return hasher.Finish();
    }

    private byte[] Describe()
    {
        var text = new StringBuilder();
        text.Append($"name={options.Name};seed={options.Seed};memory={options.MemoryBytes};cpu={options.Processor.Name};");
        text.Append($"speed={options.Speed.InstructionsPerSecond};serial={options.SerialPorts.Count};");
        foreach (IBlockBackend disk in options.Disks) text.Append($"disk={disk.SectorCount},{(disk.IsReadOnly ? "ro" : "rw")};");
        foreach (Devices.Network.NetworkCard card in options.Networks) text.Append($"net={card.Address};");
        foreach (Devices.Virtio.ConsolePort port in options.ConsolePorts) text.Append($"port={port.Name};");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private void CheckDescription(string name, byte[] content)
    {
        if (name != SnapshotFormat.DescriptionSection) throw new SnapshotException();
        byte[] own = Describe();
        if (!content.AsSpan().SequenceEqual(own))
        {
            throw new SnapshotException(
                $"The snapshot is of another machine: {Encoding.UTF8.GetString(content)} is not {Encoding.UTF8.GetString(own)}");
        }
    }

    private static byte[] Take(Dictionary<string, byte[]> sections, string name) =>
        sections.TryGetValue(name, out byte[]? content)
            ? content
            : throw new SnapshotException($"The snapshot is damaged: it has no section {name}.");

    private void RestoreProcessor(byte[] content)
    {
        try
        {
            processor.Restore(content);
        }
        catch (FormatException exception)
        {
            throw new SnapshotException("The snapshot is damaged: " + exception.Message, exception);
        }
    }

    private void WritePages(List<KeyValuePair<ulong, byte[]>> pages, bool[] written)
    {
        foreach ((ulong number, byte[] content) in pages)
        {
            if (number >= (ulong)memory.PageCount || written[number])
                throw new SnapshotException("The snapshot is damaged: a page of memory has no place.");
            written[number] = true;
            memory.TryWrite(memory.AddressOf((int)number), content);
        }
    }

    private void ClearOtherPages(bool[] written)
    {
        byte[] zeros = new byte[GuestMemory.PageSize];
        for (int page = 0; page < memory.PageCount; page++)
            if (!written[page] && !IsZero(page)) memory.TryWrite(memory.AddressOf(page), zeros);
    }

    private IEnumerable<KeyValuePair<ulong, byte[]>> Pages()
    {
        for (int page = 0; page < memory.PageCount; page++)
            if (!IsZero(page)) yield return new((ulong)page, memory.PageContent(page).ToArray());
    }

    private bool IsZero(int page) => memory.IsZeroPage(page) || !memory.PageContent(page).ContainsAnyExcept((byte)0);

    private IEnumerable<(string Name, OverlayDisk Disk)> Overlays()
    {
        for (int index = 0; index < options.Disks.Count; index++)
            if (options.Disks[index] is OverlayDisk overlay) yield return (SnapshotFormat.DiskSection(index), overlay);
    }
}
