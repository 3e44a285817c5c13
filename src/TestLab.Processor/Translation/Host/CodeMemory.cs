using System.Runtime.InteropServices;

namespace TestLab.Processor.Translation.Host;

/// <summary>Memory for translated code: one view of it is written, another one executed; no page is ever both.</summary>
/// <remarks>The host gives it pages when they are touched, and takes them back when it is disposed of.</remarks>
internal sealed unsafe class CodeMemory : IDisposable
{
    private readonly nuint _length;
    private bool _disposed;

    private CodeMemory(byte* writable, byte* executable, int length)
    {
        Writable = writable;
        Executable = executable;
        (Length, _length) = (length, (nuint)length);
    }

    ~CodeMemory() => Free();

    /// <summary>Whether this host can run what the translator writes.</summary>
    public static bool IsSupported { get; } =
        RuntimeInformation.ProcessArchitecture == Architecture.X64 && OperatingSystem.IsLinux() && Probe();

    public byte* Writable { get; }

    public byte* Executable { get; }

    public int Length { get; }

    /// <summary>Null where the host refuses.</summary>
    public static CodeMemory? TryCreate(int length)
    {
        int file = MemoryFile.Create("testlab-code", MemoryFile.CloseOnExecute);
        if (file < 0) return null;
        try
        {
            if (MemoryFile.SetLength(file, length) != 0) return null;
            nint writable = MemoryFile.Map(0, (nuint)length, MemoryFile.Read | MemoryFile.Write, MemoryFile.Shared, file, 0);
            if (writable == MemoryFile.Failed) return null;
            nint executable = MemoryFile.Map(0, (nuint)length, MemoryFile.Read | MemoryFile.Execute, MemoryFile.Shared, file, 0);
            if (executable != MemoryFile.Failed) return new CodeMemory((byte*)writable, (byte*)executable, length);
            _ = MemoryFile.Unmap(writable, (nuint)length);
            return null;
        }
        finally
        {
            _ = MemoryFile.Close(file);
        }
    }

    /// <summary>The address at which what was written there is executed.</summary>
    public ulong AddressOf(byte* written) => (ulong)(Executable + (written - Writable));

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private static bool Probe()
    {
        using CodeMemory? memory = TryCreate(Environment.SystemPageSize);
        return memory is not null;
    }

    private void Free()
    {
        if (_disposed) return;
        _disposed = true;
        _ = MemoryFile.Unmap((nint)Writable, _length);
        _ = MemoryFile.Unmap((nint)Executable, _length);
    }
}
