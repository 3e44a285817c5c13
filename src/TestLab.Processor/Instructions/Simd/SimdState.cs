using System.Runtime.CompilerServices;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>
/// LDMXCSR, STMXCSR, FXSAVE, FXRSTOR, EMMS, and what only matters to caches: fences, PREFETCH, CLFLUSH.
/// </summary>
internal static unsafe class SimdState
{
    /// <summary>Bits of MXCSR that may be set.</summary>
    public const uint MxcsrMask = 0xFFFF;

    public static void Register(InstructionTable table)
    {
        table.Bind(Mnemonic.Ldmxcsr, b =>
        {
            if (!SseUnit.BindTrap(b)) b.Op->Handler = &LoadControl;
        });
        table.Bind(Mnemonic.Stmxcsr, b =>
        {
            if (!SseUnit.BindTrap(b)) b.Op->Handler = &StoreControl;
        });
        table.Bind(Mnemonic.Fxsave, b => BindImage(b, &Save<Form32>));
        table.Bind(Mnemonic.Fxsave64, b => BindImage(b, &Save<Form64>));
        table.Bind(Mnemonic.Fxrstor, b => BindImage(b, &Restore<Form32>));
        table.Bind(Mnemonic.Fxrstor64, b => BindImage(b, &Restore<Form64>));
        table.Bind(Mnemonic.Emms, b =>
        {
            if (!MmxUnit.BindTrap(b)) b.Op->Handler = &EmptyMmx;
        });
        table.Bind(Mnemonic.Clflush, b => b.Op->Handler = &FlushLine);
        foreach (Mnemonic nothing in (ReadOnlySpan<Mnemonic>)[Mnemonic.Lfence, Mnemonic.Mfence, Mnemonic.Sfence,
            Mnemonic.Prefetchnta,
            Mnemonic.Prefetcht0, Mnemonic.Prefetcht1, Mnemonic.Prefetcht2, Mnemonic.Prefetchw, Mnemonic.Prefetch,
                Mnemonic.Prefetchwt1])
            table.Bind(nothing, b => b.Op->Handler = &Nothing);
    }

    /// <summary>FXSAVE and FXRSTOR ask CR0.EM and TS alone.</summary>
    private static void BindImage(Binding b, delegate*<CpuState*, Op*, void> handler) =>
        b.Op->Handler = (b.Mode & CpuMode.FloatTraps) != 0 ? &ImageTrap : handler;

    private static void ImageTrap(CpuState* s, Op* op) => Faults.Raise(s, op, Vectors.DeviceNotAvailable, 0);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Nothing(CpuState* s, Op* op) => (op + 1)->Handler(s, op + 1);

    /// <summary>Faults as a read of a byte does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FlushLine(CpuState* s, Op* op)
    {
        if (Access.Read<byte>(s, op, AddressOf(s, op, 1, write: false)) == null) return;
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EmptyMmx(CpuState* s, Op* op)
    {
        if (MmxUnit.IsBlocked(s, op)) return;
        s->FloatTop = 0;
        s->FloatEmpty = byte.MaxValue;
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void LoadControl(CpuState* s, Op* op)
    {
        uint* place = Access.Read<uint>(s, op, AddressOf(s, op, 4, write: false));
        if (place == null) return;
        uint value = *place;
        if ((value & ~MxcsrMask) != 0)
        {
            Faults.Raise(s, op, Vectors.GeneralProtection, 0);
            return;
        }

        s->Mxcsr = value;
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void StoreControl(CpuState* s, Op* op)
    {
        if (!Access.Write(s, op, AddressOf(s, op, 4, write: true), s->Mxcsr)) return;
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Save<TForm>(CpuState* s, Op* op) where TForm : struct, IImageForm
    {
        if (!FxImage.Save(s, op, AddressOf(s, op, FxImage.Size, write: true), TForm.Is64)) return;
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Restore<TForm>(CpuState* s, Op* op) where TForm : struct, IImageForm
    {
        if (!FxImage.Restore(s, op, AddressOf(s, op, FxImage.Size, write: false), TForm.Is64)) return;
        (op + 1)->Handler(s, op + 1);
    }

    /// <summary>For rare instructions: one address form for all modes.</summary>
    private static ulong AddressOf(CpuState* s, Op* op, int size, bool write) => Segmented.Of(s, op, size, write);

    /// <summary>Whether instruction and data pointers are offsets of 64 bits, or of 32 with a selector.</summary>
    private interface IImageForm
    {
        static abstract bool Is64 { get; }
    }

    private readonly struct Form32 : IImageForm
    {
        public static bool Is64 => false;
    }

    private readonly struct Form64 : IImageForm
    {
        public static bool Is64 => true;
    }
}
