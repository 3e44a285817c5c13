using Microsoft.Win32.SafeHandles;
using TestLab.Machines.Devices.Storage;

namespace TestLab.Labs.Running;

/// <summary>A raw disk in a file of the host, which is only read.</summary>
public sealed class FileDisk : IBlockBackend, IDisposable
{
    private readonly SafeFileHandle _file;

    /// <exception cref="IOException">The file cannot be read, or is no raw disk.</exception>
    public FileDisk(string path)
    {
        _file = File.OpenHandle(path, options: FileOptions.RandomAccess);
        long bytes = RandomAccess.GetLength(_file);
        SectorCount = (ulong)bytes / IBlockBackend.SectorBytes;
        if (bytes % IBlockBackend.SectorBytes == 0) return;
        _file.Dispose();
        throw new InvalidDataException(
            $"{path} is no raw disk: its {bytes} bytes are no whole number of sectors of {IBlockBackend.SectorBytes}");
    }

    public ulong SectorCount { get; }

    public bool IsReadOnly => true;

    public bool TryRead(ulong sector, Span<byte> destination)
    {
        try
        {
            long position = checked((long)(sector * IBlockBackend.SectorBytes));
            while (!destination.IsEmpty)
            {
                int count = RandomAccess.Read(_file, destination, position);
                if (count == 0) return false; // The file was cut under us.
                destination = destination[count..];
                position += count;
            }

            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    public bool TryWrite(ulong sector, ReadOnlySpan<byte> source) => false;

    public bool TryFlush() => true;

    public void Dispose() => _file.Dispose();
}
