using System.Runtime.InteropServices;

namespace TestLab.Processor.Tests.Simd;

/// <summary>
/// Runs one instruction on the host: the image is loaded, the instruction carried out, the image saved.
/// </summary>
public sealed unsafe partial class NativeSimd : IDisposable
{
    private const nuint CodeBytes = 4096;
    private const int ReadWriteExecute = 7;
    private const int PrivateAnonymous = 0x22;

    // push rbx; fxrstor64 [rdi]; mov rax,[rdi+200h]; mov rcx,[rdi+208h]; mov rdx,[rdi+210h]; push qword [rdi+218h]; popfq
    private static readonly byte[] Prologue =
    [
        0x53, 0x48, 0x0F, 0xAE, 0x0F, 0x48, 0x8B, 0x87, 0, 2, 0, 0, 0x48, 0x8B, 0x8F, 8, 2, 0, 0, 0x48, 0x8B, 0x97,
            0x10, 2, 0, 0,
        0xFF, 0xB7, 0x18, 2, 0, 0, 0x9D,
    ];

    // pushfq; pop qword [rdi+218h]; mov [rdi+200h],rax; ...; fxsave64 [rdi]; fninit; push 1F80h; ldmxcsr [rsp]; pop rax; pop rbx; ret
    private static readonly byte[] Epilogue =
    [
        0x9C, 0x8F, 0x87, 0x18, 2, 0, 0, 0x48, 0x89, 0x87, 0, 2, 0, 0, 0x48, 0x89, 0x8F, 8, 2, 0, 0, 0x48, 0x89,
            0x97, 0x10, 2, 0, 0,
        0x48, 0x0F, 0xAE, 0x07, 0xDB, 0xE3, 0x68, 0x80, 0x1F, 0, 0, 0x0F, 0xAE, 0x14, 0x24, 0x58, 0x5B, 0xC3,
    ];

    private readonly byte* _code;

    public NativeSimd()
    {
        _code = (byte*)Map(0, CodeBytes, ReadWriteExecute, PrivateAnonymous, -1, 0);
        Assert.That((nint)_code, Is.Not.EqualTo(-1), "The host gives no executable memory.");
    }

    public static bool IsSupported => OperatingSystem.IsLinux()
        && RuntimeInformation.ProcessArchitecture == Architecture.X64
        && System.Runtime.Intrinsics.X86.Sse42.IsSupported;

    public void Load(ReadOnlySpan<byte> instruction)
    {
        var code = new Span<byte>(_code, (int)CodeBytes);
        Prologue.CopyTo(code);
        instruction.CopyTo(code[Prologue.Length..]);
        Epilogue.CopyTo(code[(Prologue.Length + instruction.Length)..]);
    }

    public void Run(byte* image) => ((delegate* unmanaged<byte*, void>)_code)(image);

    public void Dispose() => _ = Unmap((nint)_code, CodeBytes);

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);
}
