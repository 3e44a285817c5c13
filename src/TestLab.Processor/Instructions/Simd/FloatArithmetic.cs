using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.FloatingPoint;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>ADD, SUB, MUL, DIV, SQRT, MIN, MAX of single and double precision, scalar and packed.</summary>
internal static class FloatArithmetic
{
    public static void Register(InstructionTable table)
    {
        Bind<Add>(table, Mnemonic.Addss, Mnemonic.Addsd, Mnemonic.Addps, Mnemonic.Addpd);
        Bind<Subtract>(table, Mnemonic.Subss, Mnemonic.Subsd, Mnemonic.Subps, Mnemonic.Subpd);
        Bind<Multiply>(table, Mnemonic.Mulss, Mnemonic.Mulsd, Mnemonic.Mulps, Mnemonic.Mulpd);
        Bind<Divide>(table, Mnemonic.Divss, Mnemonic.Divsd, Mnemonic.Divps, Mnemonic.Divpd);
        Bind<SquareRoot>(table, Mnemonic.Sqrtss, Mnemonic.Sqrtsd, Mnemonic.Sqrtps, Mnemonic.Sqrtpd);
        Bind<Minimum>(table, Mnemonic.Minss, Mnemonic.Minsd, Mnemonic.Minps, Mnemonic.Minpd);
        Bind<Maximum>(table, Mnemonic.Maxss, Mnemonic.Maxsd, Mnemonic.Maxps, Mnemonic.Maxpd);
    }

    private static void Bind<T>(InstructionTable table, Mnemonic ss, Mnemonic sd, Mnemonic ps, Mnemonic pd)
        where T : struct, IFloatOperation
    {
        table.Bind(ss, FloatForms<T, float>.BindScalar);
        table.Bind(sd, FloatForms<T, double>.BindScalar);
        table.Bind(ps, FloatForms<T, float>.BindPacked);
        table.Bind(pd, FloatForms<T, double>.BindPacked);
    }

    public readonly struct Add : IFloatOperation
    {
        public static bool IsUnary => false;

        public static bool Rounds => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T>(T left, T right) where T : unmanaged, IBinaryFloatingPointIeee754<T> => left + right;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<T> Apply<T>(Vector128<T> left, Vector128<T> right) where T : unmanaged => left + right;

        public static T Error<T>(T left, T right, T result) where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            T part = result - left;
            return (left - (result - part)) + (right - part);
        }

        public static uint Exactly(uint left, uint right, ref FloatContext context) =>
            Binary32.Add(left, right, ref context);

        public static ulong Exactly(ulong left, ulong right, ref FloatContext context) =>
            Binary64.Add(left, right, ref context);
    }

    public readonly struct Subtract : IFloatOperation
    {
        public static bool IsUnary => false;

        public static bool Rounds => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T>(T left, T right) where T : unmanaged, IBinaryFloatingPointIeee754<T> => left - right;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<T> Apply<T>(Vector128<T> left, Vector128<T> right) where T : unmanaged => left - right;

        public static T Error<T>(T left, T right, T result) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
            Add.Error(left, -right, result);

        public static uint Exactly(uint left, uint right, ref FloatContext context) =>
            Binary32.Subtract(left, right, ref context);

        public static ulong Exactly(ulong left, ulong right, ref FloatContext context) =>
            Binary64.Subtract(left, right, ref context);
    }

    public readonly struct Multiply : IFloatOperation
    {
        public static bool IsUnary => false;

        public static bool Rounds => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T>(T left, T right) where T : unmanaged, IBinaryFloatingPointIeee754<T> => left * right;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<T> Apply<T>(Vector128<T> left, Vector128<T> right) where T : unmanaged => left * right;

        public static T Error<T>(T left, T right, T result) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
            T.FusedMultiplyAdd(left, right, -result);

        public static uint Exactly(uint left, uint right, ref FloatContext context) =>
            Binary32.Multiply(left, right, ref context);

        public static ulong Exactly(ulong left, ulong right, ref FloatContext context) =>
            Binary64.Multiply(left, right, ref context);
    }

    private readonly struct Divide : IFloatOperation
    {
        public static bool IsUnary => false;

        public static bool Rounds => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T>(T left, T right) where T : unmanaged, IBinaryFloatingPointIeee754<T> => left / right;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<T> Apply<T>(Vector128<T> left, Vector128<T> right) where T : unmanaged => left / right;

        public static T Error<T>(T left, T right, T result) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
            T.FusedMultiplyAdd(-result, right, left);

        public static uint Exactly(uint left, uint right, ref FloatContext context) =>
            Binary32.Divide(left, right, ref context);

        public static ulong Exactly(ulong left, ulong right, ref FloatContext context) =>
            Binary64.Divide(left, right, ref context);
    }

    private readonly struct SquareRoot : IFloatOperation
    {
        public static bool IsUnary => true;

        public static bool Rounds => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T>(T left, T right) where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.Sqrt(right);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<T> Apply<T>(Vector128<T> left, Vector128<T> right) where T : unmanaged =>
            Vector128.Sqrt(right);

        public static T Error<T>(T left, T right, T result) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
            T.FusedMultiplyAdd(-result, result, right);

        public static uint Exactly(uint left, uint right, ref FloatContext context) =>
            Binary32.SquareRoot(right, ref context);

        public static ulong Exactly(ulong left, ulong right, ref FloatContext context) =>
            Binary64.SquareRoot(right, ref context);
    }

    private readonly struct Minimum : IFloatOperation
    {
        public static bool IsUnary => false;

        public static bool Rounds => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T>(T left, T right) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
            left < right ? left : right;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<T> Apply<T>(Vector128<T> left, Vector128<T> right) where T : unmanaged =>
            Vector128.ConditionalSelect(Vector128.LessThan(left, right), left, right);

        public static T Error<T>(T left, T right, T result) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
            T.Zero;

        public static uint Exactly(uint left, uint right, ref FloatContext context) =>
            Binary32.Minimum(left, right, ref context);

        public static ulong Exactly(ulong left, ulong right, ref FloatContext context) =>
            Binary64.Minimum(left, right, ref context);
    }

    private readonly struct Maximum : IFloatOperation
    {
        public static bool IsUnary => false;

        public static bool Rounds => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply<T>(T left, T right) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
            left > right ? left : right;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<T> Apply<T>(Vector128<T> left, Vector128<T> right) where T : unmanaged =>
            Vector128.ConditionalSelect(Vector128.GreaterThan(left, right), left, right);

        public static T Error<T>(T left, T right, T result) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
            T.Zero;

        public static uint Exactly(uint left, uint right, ref FloatContext context) =>
            Binary32.Maximum(left, right, ref context);

        public static ulong Exactly(ulong left, ulong right, ref FloatContext context) =>
            Binary64.Maximum(left, right, ref context);
    }
}
