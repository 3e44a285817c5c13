using System.Buffers.Binary;
using System.Text;

namespace TestLab.Machines.Control;

/// <summary>A system call for the agent to make: its number on both machines, its arguments, and what they point to.</summary>
/// <remarks>Source: Linux, arch/x86/entry/syscalls/syscall_32.tbl and syscall_64.tbl; include/uapi/linux/random.h.</remarks>
public sealed class GuestCall
{
    private const int ArgumentCount = 6;
    private const int CurrentFolder = -100; // AT_FDCWD

    private readonly List<byte> _data = [];
    private readonly int[] _arguments = new int[ArgumentCount];
    private int _count;
    private int _pointers;

    private GuestCall(int number64, int number32) => (Number64, Number32) = (number64, number32);

    private int Number64 { get; }

    private int Number32 { get; }

    public static GuestCall Rename(string from, string to) => new GuestCall(82, 38).Add(from).Add(to);

    /// <summary>Whether a path is there, as who runs the agent sees it.</summary>
    public static GuestCall Exists(string path) => new GuestCall(269, 307).Add(CurrentFolder).Add(path).Add(0);

    public static GuestCall MakeFolder(string path, int mode) => new GuestCall(83, 39).Add(path).Add(mode);

    public static GuestCall Remove(string path) => new GuestCall(87, 10).Add(path);

    public static GuestCall SetHostName(string name) =>
        new GuestCall(170, 74).Add(name).Add(Encoding.UTF8.GetByteCount(name));

    public static GuestCall Synchronize() => new(162, 36);

    /// <summary>Opens a file for writing; the value is the file's number.</summary>
    public static GuestCall OpenForWriting(string path) => new GuestCall(2, 5).Add(path).Add(1).Add(0);

    public static GuestCall Close(int file) => new GuestCall(3, 6).Add(file);

    /// <summary>Adds bytes to the kernel's random numbers and counts them as entropy (RNDADDENTROPY).</summary>
    public static GuestCall AddEntropy(int file, ReadOnlySpan<byte> seed)
    {
        byte[] record = new byte[8 + seed.Length];
        BinaryPrimitives.WriteInt32LittleEndian(record, 8 * seed.Length);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(4), seed.Length);
        seed.CopyTo(record.AsSpan(8));
        return new GuestCall(16, 54).Add(file).Add(0x40085203).Add(record);
    }

    /// <summary>Has the kernel draw its next random numbers from what was added (RNDRESEEDCRNG).</summary>
    public static GuestCall Reseed(int file) => new GuestCall(16, 54).Add(file).Add(0x5207).Add(0);

    internal byte[] ToPayload(int bits)
    {
        byte[] payload = new byte[4 * (ArgumentCount + 2) + _data.Count];
        BinaryPrimitives.WriteInt32LittleEndian(payload, bits == 64 ? Number64 : Number32);
        for (int index = 0; index < ArgumentCount; index++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(payload.AsSpan(4 * (index + 1)), _arguments[index]);
        }

        BinaryPrimitives.WriteInt32LittleEndian(payload.AsSpan(4 * (ArgumentCount + 1)), _pointers);
        _data.CopyTo(payload, 4 * (ArgumentCount + 2));
        return payload;
    }

    private GuestCall Add(int value)
    {
        _arguments[_count++] = value;
        return this;
    }

    private GuestCall Add(string text) => Add([.. Encoding.UTF8.GetBytes(text), 0]);

    private GuestCall Add(byte[] data)
    {
        _pointers |= 1 << _count;
        Add(_data.Count);
        _data.AddRange(data);
        while (_data.Count % 4 != 0) _data.Add(0);
        return this;
    }
}
