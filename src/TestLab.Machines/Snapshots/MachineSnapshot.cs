using System.Text;
using TestLab.Machines.Devices.Storage;
using TestLab.Processor;
using TestLab.Processor.Memory;
using TestLab.Simulation;

namespace TestLab.Machines.Snapshots;

/// <summary>Carries the whole state of a machine to a stream and back, and hashes it.</summary>
internal sealed class MachineSnapshot(
    MachineOptions options, GuestMemory memory, Cpu processor, MachineParts parts, MemoryDigest memoryDigest)
{
    public void Save(Stream stream)
    {
        using var writer = new SnapshotWriter(stream);
        writer.Section(SnapshotFormat.DescriptionSection, Describe());
        writer.Section(SnapshotFormat.ProcessorSection, processor.Save());
        foreach (StatePart part in parts.All) writer.Section(part.Name, MachineParts.Save(part));
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
        foreach (StatePart part in parts.All) MachineParts.Restore(part, Take(sections, part.Name));
    }

    /// <summary>Gives the state to a machine of the same hardware, whose memory is a fork of this one's.</summary>
    public void CopyTo(MachineSnapshot fork)
    {
        if (!fork.PartNames().SequenceEqual(PartNames())) throw new SnapshotException("A fork has the devices of its origin.");
        fork.RestoreProcessor(processor.Save());
        List<(string Name, OverlayDisk Disk)> overlays = [.. Overlays()];
        foreach ((string name, OverlayDisk disk) in fork.Overlays())
            disk.Replace(overlays.Single(own => own.Name == name).Disk.Clusters().Select(Copy));
        for (int index = 0; index < parts.All.Count; index++)
            MachineParts.Restore(fork.Parts.All[index], MachineParts.Save(parts.All[index]));
    }

    /// <summary>One hash over all that the guest can see.</summary>
    public StateHash Hash()
    {
        using var hasher = new StateHasher();
        foreach (PartHash part in HashParts()) hasher.Add(part.Name, part.Hash);
        return hasher.Finish();
    }

    /// <summary>Processor, devices, memory, disks: what differs is what went wrong first.</summary>
    public IEnumerable<PartHash> HashParts()
    {
        using var hasher = new StateHasher();
        hasher.Add(SnapshotFormat.ProcessorSection, processor.Save());
        yield return new PartHash(SnapshotFormat.ProcessorSection, hasher.Finish());
        foreach (StatePart part in parts.All) yield return new PartHash(part.Name, part.Hash());
        yield return new PartHash(SnapshotFormat.MemorySection, memoryDigest.Hash());
        foreach ((string name, OverlayDisk disk) in Overlays()) yield return new PartHash(name, disk.Hash());
    }

    private MachineParts Parts => parts;

    private static KeyValuePair<ulong, byte[]> Copy(KeyValuePair<ulong, byte[]> cluster) => new(cluster.Key, [.. cluster.Value]);

    private IEnumerable<string> PartNames() => [.. parts.All.Select(part => part.Name), .. Overlays().Select(overlay => overlay.Name)];

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
