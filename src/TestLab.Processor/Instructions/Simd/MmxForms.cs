using System.Runtime.CompilerServices;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>MM register with MM register or memory.</summary>
internal static unsafe class MmxForms<TOperation> where TOperation : struct, IMmxOperation
{
    public static void Bind(Binding b)
    {
        if (MmxUnit.BindTrap(b)) return;
        if (b.IsRegister(1)) b.Op->Handler = &RegisterRegister;
        else if (b.SizeOf(1) == 4) Bind<uint>(b);
        else Bind<ulong>(b);
    }

    private static void Bind<T>(Binding b) where T : unmanaged => AddressForms.Bind(b,
        &RegisterMemory<T, Flat64>, &RegisterMemory<T, Based64>, &RegisterMemory<T, Flat32>, &RegisterMemory<T,
            Segmented>);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RegisterRegister(CpuState* s, Op* op)
    {
        if (MmxUnit.IsBlocked(s, op)) return;
        ulong left = MmxUnit.Read(s, op->Destination);
        MmxUnit.Write(s, op->Destination, TOperation.Apply(op, left, MmxUnit.Read(s, op->Source)));
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RegisterMemory<T, TAddress>(CpuState* s, Op* op) where T : unmanaged where TAddress : IAddress
    {
        if (MmxUnit.IsBlocked(s, op)) return;
        T* place = Access.Read<T>(s, op, TAddress.Of(s, op, sizeof(T), write: false));
        if (place == null) return;
        ulong left = MmxUnit.Read(s, op->Destination);
        MmxUnit.Write(s, op->Destination, TOperation.Apply(op, left, Number.ZeroExtend(*place)));
        (op + 1)->Handler(s, op + 1);
    }
}
