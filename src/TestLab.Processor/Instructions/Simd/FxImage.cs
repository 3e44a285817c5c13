using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>The 512 bytes of FXSAVE (SDM volume 1, section 10.5.1).</summary>
/// <remarks>
/// Reserved fields are saved as zero; the last 48 bytes are never written, and outside 64-bit code neither are
/// XMM8 to XMM15.
/// </remarks>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal unsafe struct FxImage
{
    public const int Size = 512;

    private const int FloatOffset = 32;
    private const int XmmOffset = 160;
    private const ushort TopMask = 7 << 11;
    private const ushort ErrorBits = 0x8080; // ES and B.

    [FieldOffset(0)] private ushort _control;
    [FieldOffset(2)] private ushort _status;
    [FieldOffset(4)] private byte _valid; // A bit for each physical register that is not empty.
    [FieldOffset(6)] private ushort _opcode;
    [FieldOffset(8)] private ulong _instructionPointer;
    [FieldOffset(12)] private ushort _instructionSelector;
    [FieldOffset(16)] private ulong _dataPointer;
    [FieldOffset(20)] private ushort _dataSelector;
    [FieldOffset(24)] private uint _mxcsr;
    [FieldOffset(28)] private uint _mxcsrMask;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool Save(CpuState* s, Op* op, ulong address, bool is64)
    {
        if (!Vectors128.IsAligned<System.Runtime.Intrinsics.Vector128<byte>>(s, op, address)) return false;
        // What is not written must be writable too.
        if (!Access.CanWrite(s, op, address, Size)) return false;
        FxImage image = default;
        byte* bytes = (byte*)&image;
        image._control = s->FloatControl;
        image._status = (ushort)((s->FloatStatus & ~TopMask) | (s->FloatTop << 11));
        image._valid = (byte)~s->FloatEmpty;
        image._opcode = s->FloatOpcode;
        image._instructionPointer = is64 ? s->FloatInstructionPointer : (uint)s->FloatInstructionPointer;
        image._dataPointer = is64 ? s->FloatDataPointer : (uint)s->FloatDataPointer;
        if (!is64) (image._instructionSelector, image._dataSelector) = (s->FloatInstructionSelector,
            s->FloatDataSelector);
        image._mxcsr = s->Mxcsr;
        image._mxcsrMask = SimdState.MxcsrMask;
        for (int i = 0; i < 8; i++)
            Unsafe.CopyBlockUnaligned(bytes + FloatOffset + 16 * i, s->FloatRegisters + 16 * ((s->FloatTop + i) & 7),
                10);
        int xmmBytes = XmmBytes(s);
        Unsafe.CopyBlockUnaligned(bytes + XmmOffset, s->Xmm, (uint)xmmBytes);
        return Access.WriteBytes(s, op, address, bytes, XmmOffset + xmmBytes);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool Restore(CpuState* s, Op* op, ulong address, bool is64)
    {
        if (!Vectors128.IsAligned<System.Runtime.Intrinsics.Vector128<byte>>(s, op, address)) return false;
        FxImage image = default;
        byte* bytes = (byte*)&image;
        if (!Access.ReadBytes(s, op, address, bytes, Size)) return false;
        if ((image._mxcsr & ~SimdState.MxcsrMask) != 0)
        {
            Faults.Raise(s, op, Vectors.GeneralProtection, 0);
            return false;
        }

        s->FloatControl = (ushort)((image._control & 0x1F3F) | 0x40);
        s->FloatTop = (byte)((image._status >> 11) & 7);
        // The summary says whether a flag is unmasked, whatever the image holds.
        bool pending = (image._status & 0x3F & ~image._control) != 0;
        s->FloatStatus = (ushort)((image._status & ~(TopMask | ErrorBits)) | (pending ? ErrorBits : 0));
        s->FloatEmpty = (byte)~image._valid;
        s->FloatOpcode = (ushort)(image._opcode & 0x7FF);
        s->FloatInstructionPointer = is64 ? image._instructionPointer : (uint)image._instructionPointer;
        s->FloatDataPointer = is64 ? image._dataPointer : (uint)image._dataPointer;
        s->FloatInstructionSelector = is64 ? (ushort)0 : image._instructionSelector;
        s->FloatDataSelector = is64 ? (ushort)0 : image._dataSelector;
        s->Mxcsr = image._mxcsr;
        for (int i = 0; i < 8; i++)
            Unsafe.CopyBlockUnaligned(s->FloatRegisters + 16 * ((s->FloatTop + i) & 7), bytes + FloatOffset + 16 * i,
                10);
        Unsafe.CopyBlockUnaligned(s->Xmm, bytes + XmmOffset, (uint)XmmBytes(s));
        return true;
    }

    private static int XmmBytes(CpuState* s) => (s->Mode & CpuMode.Code64) != 0 ? 256 : 128;
}
