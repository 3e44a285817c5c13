using Microsoft.Win32.SafeHandles;
using TestLab.Machines.Devices.Storage;

namespace TestLab.Machines.Tests.Guests;

/// <summary>The disk of an image, read where it lies; writes belong into an overlay.</summary>
internal sealed class ImageDisk(string path) : IBlockBackend, IDisposable
{
    private readonly SafeFileHandle _file = File.OpenHandle(path);

    public ulong SectorCount => (ulong)RandomAccess.GetLength(_file) / IBlockBackend.SectorBytes;

    public bool IsReadOnly => true;

    public bool TryRead(ulong sector, Span<byte> destination) =>
        RandomAccess.Read(_file, destination, (long)(sector * IBlockBackend.SectorBytes)) == destination.Length;

    public bool TryWrite(ulong sector, ReadOnlySpan<byte> source) => false;

    public bool TryFlush() => true;

    public void Dispose() => _file.Dispose();
}
