using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>
/// XMM register with XMM register or memory. A memory operand of 16 bytes must be aligned, a shorter one is
/// extended by zeros.
/// </summary>
internal static unsafe class VectorForms<TOperation> where TOperation : struct, IBoundVectorOperation
{
    public static void Bind(Binding b)
    {
        if (SseUnit.BindTrap(b)) return;
        if (b.IsRegister(1))
        {
            b.Op->Handler = &RegisterRegister;
            return;
        }

        switch (b.SizeOf(1))
        {
            case 2: Bind<ushort>(b); break;
            case 4: Bind<uint>(b); break;
            case 8: Bind<ulong>(b); break;
            case 16: Bind<Vector128<byte>>(b); break;
        }
    }

    private static void Bind<T>(Binding b) where T : unmanaged => AddressForms.Bind(b,
        &RegisterMemory<T, Flat64>, &RegisterMemory<T, Based64>, &RegisterMemory<T, Flat32>, &RegisterMemory<T,
            Segmented>);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RegisterRegister(CpuState* s, Op* op)
    {
        Vector128<byte> right = Vectors128.Read(s, op->Source);
        Vectors128.Write(s, op->Destination, TOperation.Apply(s, op, Vectors128.Read(s, op->Destination), right));
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RegisterMemory<T, TAddress>(CpuState* s, Op* op) where T : unmanaged where TAddress : IAddress
    {
        ulong address = TAddress.Of(s, op, sizeof(T), write: false);
        if (!Vectors128.IsAligned<T>(s, op, address)) return;
        T* place = Access.Read<T>(s, op, address);
        if (place == null) return;
        Vector128<byte> right = Vectors128.Extend(place);
        Vectors128.Write(s, op->Destination, TOperation.Apply(s, op, Vectors128.Read(s, op->Destination), right));
        (op + 1)->Handler(s, op + 1);
    }
}
