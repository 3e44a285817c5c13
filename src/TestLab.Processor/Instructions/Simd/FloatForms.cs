using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.FloatingPoint;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>
/// Floating-point arithmetic on the low lane or on all: the host's where it is exact, our own out of line.
/// </summary>
internal static unsafe class FloatForms<TOperation, T>
    where TOperation : struct, IFloatOperation where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static void BindScalar(Binding b)
    {
        if (SseUnit.BindTrap(b)) return;
        if (b.IsRegister(1)) b.Op->Handler = &Scalar;
        else AddressForms.Bind(b, &Scalar<Flat64>, &Scalar<Based64>, &Scalar<Flat32>, &Scalar<Segmented>);
    }

    public static void BindPacked(Binding b)
    {
        if (SseUnit.BindTrap(b)) return;
        if (b.IsRegister(1)) b.Op->Handler = &Packed;
        else AddressForms.Bind(b, &Packed<Flat64>, &Packed<Based64>, &Packed<Flat32>, &Packed<Segmented>);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scalar(CpuState* s, Op* op)
    {
        if (!TryScalar(s, op, *(T*)((byte*)s + op->Source)) && !ScalarExactly(s, op, (byte*)s + op->Source)) return;
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scalar<TAddress>(CpuState* s, Op* op) where TAddress : IAddress
    {
        T* place = Access.Read<T>(s, op, TAddress.Of(s, op, sizeof(T), write: false));
        if (place == null) return;
        if (!TryScalar(s, op, *place) && !ScalarExactly(s, op, (byte*)place)) return;
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Packed(CpuState* s, Op* op)
    {
        if (!TryPacked(s, op, (Vector128<T>*)((byte*)s + op->Source))
            && !PackedExactly(s, op, (byte*)s + op->Source)) return;
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Packed<TAddress>(CpuState* s, Op* op) where TAddress : IAddress
    {
        ulong address = TAddress.Of(s, op, 16, write: false);
        if (!Vectors128.IsAligned<Vector128<byte>>(s, op, address)) return;
        Vector128<byte>* place = Access.Read<Vector128<byte>>(s, op, address);
        if (place == null) return;
        if (!TryPacked(s, op, (Vector128<T>*)place) && !PackedExactly(s, op, (byte*)place)) return;
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryScalar(CpuState* s, Op* op, T right)
    {
        T left = TOperation.IsUnary ? right : *(T*)((byte*)s + op->Destination);
        T result = TOperation.Apply(left, right);
        if ((TOperation.Rounds && !FloatLanes.IsDefault(s->Mxcsr)) || !FloatLanes.IsOrdinary(right)
            || (!TOperation.IsUnary && !FloatLanes.IsOrdinary(left)) || !FloatLanes.IsOrdinary(result)) return false;
        *(T*)((byte*)s + op->Destination) = result;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryPacked(CpuState* s, Op* op, Vector128<T>* place)
    {
        Vector128<T> right = *place;
        Vector128<T> left = TOperation.IsUnary ? right : *(Vector128<T>*)((byte*)s + op->Destination);
        Vector128<T> result = TOperation.Apply(left, right);
        if ((TOperation.Rounds && !FloatLanes.IsDefault(s->Mxcsr)) || !FloatLanes.AreOrdinary(right)
            || (!TOperation.IsUnary && !FloatLanes.AreOrdinary(left)) || !FloatLanes.AreOrdinary(result)) return false;
        *(Vector128<T>*)((byte*)s + op->Destination) = result;
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool ScalarExactly(CpuState* s, Op* op, byte* right) => Exactly(s, op, (T*)right, 1);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool PackedExactly(CpuState* s, Op* op, byte* right) => Exactly(s, op, (T*)right, 16 / sizeof(T));

    private static bool Exactly(CpuState* s, Op* op, T* right, int count)
    {
        T* left = (T*)((byte*)s + op->Destination);
        Vector128<T> result = *(Vector128<T>*)left;
        T* results = (T*)&result;
        bool inexact = false;
        int known = 0;
        if (FloatLanes.IsDefaultControl(s->Mxcsr))
        {
            for (; known < count; known++)
            {
                results[known] = TOperation.Apply(left[known], right[known]);
                if (!FloatLanes.IsKnown<TOperation, T>(left[known], right[known], results[known], ref inexact)) break;
            }
        }

        if (known == count)
        {
            if (inexact) s->Mxcsr |= (uint)FloatExceptions.Inexact;
        }
        else
        {
            FloatContext context = FloatContext.FromMxcsr(s->Mxcsr);
            for (int i = 0; i < count; i++)
                results[i] = FloatLanes.Compute<TOperation, T>(left[i], right[i], s->Mxcsr, ref context);
            if (!FloatLanes.Complete(s, op, context)) return false;
        }

        *(Vector128<T>*)left = result;
        return true;
    }
}
