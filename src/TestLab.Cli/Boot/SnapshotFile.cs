using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using TestLab.Machines;
using TestLab.Simulation;

namespace TestLab.Cli.Boot;

/// <summary>A machine in a file: what it is made of, so that it can be built anew, then its state.</summary>
/// <remarks>
/// Magic, version, length of the plan, the plan as JSON, its SHA-256; then the machine's own format, which has checksums
/// of its own. The plan's properties only get added to.
/// </remarks>
internal static class SnapshotFile
{
    private const uint Version = 1;
    private const int HeaderBytes = 16;
    private const int PlanBytesMax = 1 << 20;

    private static ReadOnlySpan<byte> Magic => "TLABSNAP"u8;

    /// <summary>Writes the file whole or not at all.</summary>
    public static void Save(PersonalComputer machine, MachinePlan plan, string path)
    {
        string partial = $"{path}.{Environment.ProcessId}.partial";
        try
        {
            using (FileStream file = File.Create(partial))
            {
                WritePlan(file, plan);
                machine.Save(file);
                file.Flush(flushToDisk: true);
            }
            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    /// <summary>Builds the machine of a file, with its disks, and gives it its state.</summary>
    /// <exception cref="WrongInputException">The file is damaged, or no snapshot, or of another version.</exception>
    public static T Restore<T>(string path, Func<MachinePlan, Action<PersonalComputer>, T> make)
    {
        using FileStream file = File.OpenRead(path);
        MachinePlan plan = ReadPlan(file, path);
        return make(plan, machine =>
        {
            try
            {
                machine.Restore(file);
            }
            catch (SnapshotException damaged)
            {
                throw Damaged(path, damaged.Message.TrimEnd('.'));
            }
        });
    }

    private static void WritePlan(Stream file, MachinePlan plan)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(plan);
        Span<byte> header = stackalloc byte[HeaderBytes];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], json.Length);
        file.Write(header);
        file.Write(json);
        file.Write(SHA256.HashData(json));
    }

    private static MachinePlan ReadPlan(Stream file, string path)
    {
        byte[] header = ReadExactly(file, path, HeaderBytes);
        if (!header.AsSpan().StartsWith(Magic)) throw Damaged(path, "the file is not a snapshot");
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(8));
        if (version != Version) throw Damaged(path, $"the snapshot has version {version}; known is {Version}");
        int length = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(12));
        if (length is <= 0 or > PlanBytesMax) throw Damaged(path, "the snapshot is damaged");
        byte[] json = ReadExactly(file, path, length);
        byte[] hash = ReadExactly(file, path, SHA256.HashSizeInBytes);
        if (!SHA256.HashData(json).AsSpan().SequenceEqual(hash)) throw Damaged(path, "the snapshot is damaged");
        return JsonSerializer.Deserialize<MachinePlan>(json) ?? throw Damaged(path, "the snapshot is damaged");
    }

    private static byte[] ReadExactly(Stream file, string path, int count)
    {
        byte[] bytes = new byte[count];
        return file.ReadAtLeast(bytes, count, throwOnEndOfStream: false) == count
            ? bytes
            : throw Damaged(path, "the snapshot is cut short");
    }

    private static WrongInputException Damaged(string path, string problem) =>
        new($"{path}: {problem}", "make it anew with --save-at");
}
