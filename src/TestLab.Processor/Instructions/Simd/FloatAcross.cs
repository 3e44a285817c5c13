using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.FloatingPoint;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>
/// ADDSUB, HADD, HSUB, DPPS, DPPD, ROUND: arithmetic that treats lanes unlike, or rounds as an immediate says.
/// </summary>
internal static unsafe class FloatAcross
{
    public static void Register(InstructionTable table)
    {
        table.Bind(Mnemonic.Addsubps, OutOfLineForms<AddSubtract<float>>.Bind);
        table.Bind(Mnemonic.Addsubpd, OutOfLineForms<AddSubtract<double>>.Bind);
        table.Bind(Mnemonic.Haddps, OutOfLineForms<Pairs<FloatArithmetic.Add, float>>.Bind);
        table.Bind(Mnemonic.Haddpd, OutOfLineForms<Pairs<FloatArithmetic.Add, double>>.Bind);
        table.Bind(Mnemonic.Hsubps, OutOfLineForms<Pairs<FloatArithmetic.Subtract, float>>.Bind);
        table.Bind(Mnemonic.Hsubpd, OutOfLineForms<Pairs<FloatArithmetic.Subtract, double>>.Bind);
        table.Bind(Mnemonic.Dpps, OutOfLineForms<DotProduct<float>>.Bind);
        table.Bind(Mnemonic.Dppd, OutOfLineForms<DotProduct<double>>.Bind);
        table.Bind(Mnemonic.Roundss, OutOfLineForms<RoundLow<float>>.Bind);
        table.Bind(Mnemonic.Roundsd, OutOfLineForms<RoundLow<double>>.Bind);
        table.Bind(Mnemonic.Roundps, OutOfLineForms<RoundAll<float>>.Bind);
        table.Bind(Mnemonic.Roundpd, OutOfLineForms<RoundAll<double>>.Bind);
    }

    /// <summary>Even lanes subtract, odd lanes add.</summary>
    private readonly struct AddSubtract<T> : IOutOfLineOperation where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static bool Run(CpuState* s, Op* op, byte* right)
        {
            FloatContext context = FloatContext.FromMxcsr(s->Mxcsr);
            T* left = (T*)((byte*)s + op->Destination);
            T* other = (T*)right;
            Vector128<T> result = default;
            for (int i = 0; i < 16 / sizeof(T); i += 2)
            {
                ((T*)&result)[i] = FloatLanes.Compute<FloatArithmetic.Subtract, T>(left[i], other[i], s->Mxcsr,
                    ref context);
                ((T*)&result)[i + 1] = FloatLanes.Compute<FloatArithmetic.Add, T>(left[i + 1], other[i + 1],
                    s->Mxcsr, ref context);
            }

            if (!FloatLanes.Complete(s, op, context)) return false;
            *(Vector128<T>*)left = result;
            return true;
        }
    }

    /// <summary>Neighbours of the left operand, then those of the right one.</summary>
    private readonly struct Pairs<TOperation, T> : IOutOfLineOperation
        where TOperation : struct, IFloatOperation where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static bool Run(CpuState* s, Op* op, byte* right)
        {
            FloatContext context = FloatContext.FromMxcsr(s->Mxcsr);
            T* left = (T*)((byte*)s + op->Destination);
            Vector128<T> result = default;
            int count = 8 / sizeof(T);
            for (int i = 0; i < 2 * count; i++)
            {
                T* pair = (i < count ? left : (T*)right) + 2 * (i % count);
                ((T*)&result)[i] = FloatLanes.Compute<TOperation, T>(pair[0], pair[1], s->Mxcsr, ref context);
            }

            if (!FloatLanes.Complete(s, op, context)) return false;
            *(Vector128<T>*)left = result;
            return true;
        }
    }

    /// <summary>
    /// Products of chosen lanes, their sum by halves, to chosen lanes; each step ends on its own unmasked
    /// exceptions.
    /// </summary>
    private readonly struct DotProduct<T> : IOutOfLineOperation where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static bool Run(CpuState* s, Op* op, byte* right)
        {
            int count = 16 / sizeof(T);
            T* left = (T*)((byte*)s + op->Destination);
            T* terms = stackalloc T[count];
            FloatContext context = FloatContext.FromMxcsr(s->Mxcsr);
            for (int i = 0; i < count; i++)
            {
                terms[i] = ((int)op->Immediate >> (4 + i) & 1) == 0
                    ? T.Zero : FloatLanes.Compute<FloatArithmetic.Multiply, T>(left[i], ((T*)right)[i], s->Mxcsr,
                        ref context);
            }

            for (int length = count / 2; length > 0; length /= 2)
            {
                if (!FloatLanes.Complete(s, op, context)) return false;
                context = FloatContext.FromMxcsr(s->Mxcsr);
                for (int i = 0; i < length; i++)
                    terms[i] = FloatLanes.Compute<FloatArithmetic.Add, T>(terms[2 * i], terms[2 * i + 1], s->Mxcsr,
                        ref context);
            }

            if (!FloatLanes.Complete(s, op, context)) return false;
            for (int i = 0; i < count; i++) left[i] = ((int)op->Immediate >> i & 1) != 0 ? terms[0] : T.Zero;
            return true;
        }
    }

    private readonly struct RoundLow<T> : IOutOfLineOperation where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static bool Run(CpuState* s, Op* op, byte* right) => Round<T>(s, op, right, 1);
    }

    private readonly struct RoundAll<T> : IOutOfLineOperation where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static bool Run(CpuState* s, Op* op, byte* right) => Round<T>(s, op, right, 16 / sizeof(T));
    }

    private static bool Round<T>(CpuState* s, Op* op, byte* right, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int fromMxcsr = 4, quiet = 8;
        int control = (int)op->Immediate;
        FloatContext context = FloatContext.FromMxcsr(s->Mxcsr);
        RoundingMode mode = (control & fromMxcsr) != 0 ? context.Rounding : (RoundingMode)(control & 3);
        T* destination = (T*)((byte*)s + op->Destination);
        Vector128<T> result = *(Vector128<T>*)destination;
        for (int i = 0; i < count; i++) ((T*)&result)[i] = RoundLane(((T*)right)[i], mode, ref context);
        if ((control & quiet) != 0) context.Raised &= ~FloatExceptions.Inexact;
        if (!FloatLanes.Complete(s, op, context)) return false;
        *(Vector128<T>*)destination = result;
        return true;
    }

    private static T RoundLane<T>(T value, RoundingMode mode, ref FloatContext context)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!FloatLanes.IsOrdinary(value))
        {
            return typeof(T) == typeof(float)
                ? Unsafe.BitCast<uint, T>(Binary32.RoundToIntegral(Unsafe.BitCast<T, uint>(value), mode, ref context))
                : Unsafe.BitCast<ulong, T>(Binary64.RoundToIntegral(Unsafe.BitCast<T, ulong>(value), mode,
                    ref context));
        }

        T result = mode switch
        {
            RoundingMode.Nearest => T.Round(value, MidpointRounding.ToEven),
            RoundingMode.Down => T.Floor(value),
            RoundingMode.Up => T.Ceiling(value),
            _ => T.Truncate(value),
        };
        if (result != value) context.Raise(FloatExceptions.Inexact);
        return result;
    }
}
