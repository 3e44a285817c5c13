using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>
/// Register with register or memory, for what is done out of line and may use another unit beside the XMM
/// registers.
/// </summary>
internal static unsafe class OutOfLineUnitForms<TOperation, TUnit>
    where TOperation : struct, IOutOfLineOperation where TUnit : struct, IVectorUnit
{
    /// <summary>Memory of 16 bytes must be aligned.</summary>
    public static void Bind(Binding b) => Bind<Vector128<byte>>(b);

    /// <summary>Memory may lie anywhere.</summary>
    public static void BindUnaligned(Binding b) => Bind<UInt128>(b);

    private static void Bind<TWhole>(Binding b) where TWhole : unmanaged
    {
        if (SseUnit.BindTrap(b)) return;
        if (b.IsRegister(1))
        {
            b.Op->Handler = &RegisterRegister;
            return;
        }

        switch (b.SizeOf(1))
        {
            case 4: BindMemory<uint>(b); break;
            case 8: BindMemory<ulong>(b); break;
            case 16: BindMemory<TWhole>(b); break;
        }
    }

    private static void BindMemory<T>(Binding b) where T : unmanaged => AddressForms.Bind(b,
        &RegisterMemory<T, Flat64>, &RegisterMemory<T, Based64>, &RegisterMemory<T, Flat32>, &RegisterMemory<T,
            Segmented>);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RegisterRegister(CpuState* s, Op* op)
    {
        if (TUnit.IsBlocked(s, op)) return;
        if (!TOperation.Run(s, op, (byte*)s + op->Source)) return;
        TUnit.Use(s);
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RegisterMemory<T, TAddress>(CpuState* s, Op* op) where T : unmanaged where TAddress : IAddress
    {
        if (TUnit.IsBlocked(s, op)) return;
        ulong address = TAddress.Of(s, op, sizeof(T), write: false);
        if (!Vectors128.IsAligned<T>(s, op, address)) return;
        T* place = Access.Read<T>(s, op, address);
        if (place == null) return;
        if (!TOperation.Run(s, op, (byte*)place)) return;
        TUnit.Use(s);
        (op + 1)->Handler(s, op + 1);
    }
}
