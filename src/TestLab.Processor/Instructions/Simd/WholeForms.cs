using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>
/// Moves of whole XMM registers; the type says whether memory must be aligned (see <see
/// cref="Vectors128.IsAligned{T}"/>).
/// </summary>
internal static unsafe class WholeForms<T> where T : unmanaged
{
    public static void Bind(Binding b)
    {
        if (SseUnit.BindTrap(b)) return;
        if (b.IsMemory(0)) AddressForms.Bind(b, &Store<Flat64>, &Store<Based64>, &Store<Flat32>, &Store<Segmented>);
        else if (b.IsMemory(1)) AddressForms.Bind(b, &Load<Flat64>, &Load<Based64>, &Load<Flat32>, &Load<Segmented>);
        else b.Op->Handler = &Copy;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Copy(CpuState* s, Op* op)
    {
        Vectors128.Write(s, op->Destination, Vectors128.Read(s, op->Source));
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Load<TAddress>(CpuState* s, Op* op) where TAddress : IAddress
    {
        ulong address = TAddress.Of(s, op, 16, write: false);
        if (!Vectors128.IsAligned<T>(s, op, address)) return;
        Vector128<byte>* place = Access.Read<Vector128<byte>>(s, op, address);
        if (place == null) return;
        Vectors128.Write(s, op->Destination, *place);
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Store<TAddress>(CpuState* s, Op* op) where TAddress : IAddress
    {
        ulong address = TAddress.Of(s, op, 16, write: true);
        if (!Vectors128.IsAligned<T>(s, op, address)) return;
        if (!Vectors128.Store<Vector128<byte>>(s, op, address, op->Source)) return;
        (op + 1)->Handler(s, op + 1);
    }
}
