using System.Runtime.InteropServices;

namespace TestLab.Benchmarks.Bare;

/// <summary>Machine code that the host runs: the yardstick.</summary>
internal sealed unsafe partial class NativeCode : IDisposable
{
    private const int ReadWriteExecute = 7;
    private const int PrivateAnonymous = 0x22;

    private readonly byte* _code;
    private readonly byte* _data;

    public NativeCode(CodeKernel kernel)
    {
        _code = (byte*)Map(0, 65536, ReadWriteExecute, PrivateAnonymous, -1, 0);
        if (_code == (byte*)-1) throw new InvalidOperationException("The host maps no executable memory.");
        _data = (byte*)NativeMemory.AlignedAlloc(65536, 4096);
        kernel.CodeAt((ulong)_code).CopyTo(new Span<byte>(_code, 65536));
    }

    public ulong Run(long rounds)
    {
        KernelData.Fill(new Span<byte>(_data, 65536));
        return ((delegate* unmanaged<byte*, long, ulong>)_code)(_data, rounds);
    }

    public void Dispose()
    {
        _ = Unmap((nint)_code, 65536);
        NativeMemory.AlignedFree(_data);
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nint length);
}
