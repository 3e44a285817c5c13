using System.Runtime.CompilerServices;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.FloatingPoint;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Float;

/// <summary>Functions of ST0 and ST1: FABS to FPATAN, grouped by where their results go.</summary>
internal static unsafe class FloatFunctions
{
    private const int Conditions = FloatUnit.C0 | FloatUnit.C1 | FloatUnit.C2 | FloatUnit.C3;

    private interface IFunction
    {
        static abstract Float80 Apply(Float80 value, ref FloatContext context);
    }

    private interface IAngleFunction
    {
        static abstract Float80 Apply(Float80 angle, out bool isOutOfRange, ref FloatContext context);
    }

    private interface IDoubleFunction
    {
        static abstract Float80 Apply(Float80 value, out Float80 pushed, out bool isOutOfRange,
            ref FloatContext context);
    }

    private interface IPairFunction
    {
        static abstract Float80 Apply(Float80 first, Float80 second, ref FloatContext context);
    }

    private interface IRemainder
    {
        static abstract Float80 Apply(
            Float80 dividend, Float80 divisor, out bool isPartial, out byte quotient, ref FloatContext context);
    }

    public static void Register(InstructionTable table)
    {
        table.Bind(Mnemonic.Fabs, b => FloatForms.Bind<Replacing<Absolute>>(b));
        table.Bind(Mnemonic.Fchs, b => FloatForms.Bind<Replacing<Negation>>(b));
        table.Bind(Mnemonic.Fsqrt, b => FloatForms.Bind<Replacing<SquareRoot>>(b));
        table.Bind(Mnemonic.Frndint, b => FloatForms.Bind<Replacing<RoundToIntegral>>(b));
        table.Bind(Mnemonic.F2xm1, b => FloatForms.Bind<Replacing<ExponentialMinusOne>>(b));
        table.Bind(Mnemonic.Fsin, b => FloatForms.Bind<OfAngle<Sine>>(b));
        table.Bind(Mnemonic.Fcos, b => FloatForms.Bind<OfAngle<Cosine>>(b));
        table.Bind(Mnemonic.Fsincos, b => FloatForms.Bind<Pushing<SineAndCosine>>(b));
        table.Bind(Mnemonic.Fptan, b => FloatForms.Bind<Pushing<Tangent>>(b));
        table.Bind(Mnemonic.Fxtract, b => FloatForms.Bind<Pushing<Extract>>(b));
        table.Bind(Mnemonic.Fscale, b => FloatForms.Bind<Scale>(b));
        table.Bind(Mnemonic.Fprem, b => FloatForms.Bind<Reduction<TruncatingRemainder>>(b));
        table.Bind(Mnemonic.Fprem1, b => FloatForms.Bind<Reduction<NearestRemainder>>(b));
        table.Bind(Mnemonic.Fyl2x, b => FloatForms.Bind<Popping<Logarithm>>(b));
        table.Bind(Mnemonic.Fyl2xp1, b => FloatForms.Bind<Popping<LogarithmOfOnePlus>>(b));
        table.Bind(Mnemonic.Fpatan, b => FloatForms.Bind<Popping<InverseTangent>>(b));
    }

    /// <summary>ST0 becomes a function of ST0.</summary>
    private readonly struct Replacing<T> : IFloatInstruction where T : struct, IFunction
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static void Execute(CpuState* s, Op* op)
        {
            if (FloatUnit.IsEmpty(s, 0))
            {
                if (FloatUnit.Underflows(s)) FloatUnit.Write(s, 0, Float80.Indefinite);
                return;
            }

            FloatContext context = FloatUnit.Context(s);
            Float80 result = T.Apply(FloatUnit.Read(s, 0), ref context);
            FloatUnit.Report(s, context);
            if (!context.SuppressesOperation) FloatUnit.Write(s, 0, result);
        }
    }

    /// <summary>ST0 becomes a function of ST0, unless that is out of range, which C2 says.</summary>
    private readonly struct OfAngle<T> : IFloatInstruction where T : struct, IAngleFunction
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static void Execute(CpuState* s, Op* op)
        {
            if (FloatUnit.IsEmpty(s, 0))
            {
                FloatUnit.SetConditions(s, 0, FloatUnit.C2);
                if (FloatUnit.Underflows(s)) FloatUnit.Write(s, 0, Float80.Indefinite);
                return;
            }

            FloatContext context = FloatUnit.Context(s);
            Float80 result = T.Apply(FloatUnit.Read(s, 0), out bool isOutOfRange, ref context);
            ReportRange(s, context, isOutOfRange);
            if (!isOutOfRange && !context.SuppressesOperation) FloatUnit.Write(s, 0, result);
        }
    }

    /// <summary>ST0 becomes one function of ST0, and another is pushed.</summary>
    private readonly struct Pushing<T> : IFloatInstruction where T : struct, IDoubleFunction
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static void Execute(CpuState* s, Op* op)
        {
            bool isEmpty = FloatUnit.IsEmpty(s, 0);
            if (isEmpty || !FloatUnit.IsEmpty(s, -1))
            {
                FloatUnit.SetConditions(s, 0, FloatUnit.C2);
                if (!(isEmpty ? FloatUnit.Underflows(s) : FloatUnit.Overflows(s))) return;
                FloatUnit.Write(s, 0, Float80.Indefinite);
                FloatUnit.Push(s, Float80.Indefinite);
                return;
            }

            FloatContext context = FloatUnit.Context(s);
            Float80 result = T.Apply(FloatUnit.Read(s, 0), out Float80 pushed, out bool isOutOfRange, ref context);
            ReportRange(s, context, isOutOfRange);
            if (isOutOfRange || context.SuppressesOperation) return;
            FloatUnit.Write(s, 0, result);
            FloatUnit.Push(s, pushed);
        }
    }

    /// <summary>ST1 becomes a function of ST1 and ST0, and ST0 is popped.</summary>
    private readonly struct Popping<T> : IFloatInstruction where T : struct, IPairFunction
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static void Execute(CpuState* s, Op* op)
        {
            if (FloatUnit.IsEmpty(s, 0) || FloatUnit.IsEmpty(s, 1))
            {
                if (!FloatUnit.Underflows(s)) return;
                FloatUnit.Write(s, 1, Float80.Indefinite);
            }
            else
            {
                FloatContext context = FloatUnit.Context(s);
                Float80 result = T.Apply(FloatUnit.Read(s, 1), FloatUnit.Read(s, 0), ref context);
                FloatUnit.Report(s, context);
                if (context.SuppressesOperation) return;
                FloatUnit.Write(s, 1, result);
            }

            FloatUnit.Pop(s);
        }
    }

    /// <summary>
    /// ST0 becomes a remainder of ST0 by ST1; the quotient's last bits are in C0, C3, C1, and C2 asks for more.
    /// </summary>
    /// <remarks>Without a quotient, which is when the answer is a NaN, C0 and C3 stay as they are.</remarks>
    private readonly struct Reduction<T> : IFloatInstruction where T : struct, IRemainder
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static void Execute(CpuState* s, Op* op)
        {
            FloatUnit.SetConditions(s, 0, FloatUnit.C1 | FloatUnit.C2);
            if (FloatUnit.IsEmpty(s, 0) || FloatUnit.IsEmpty(s, 1))
            {
                if (FloatUnit.Underflows(s)) FloatUnit.Write(s, 0, Float80.Indefinite);
                return;
            }

            FloatContext context = FloatUnit.Context(s);
            Float80 result = T.Apply(
                FloatUnit.Read(s, 0), FloatUnit.Read(s, 1), out bool isPartial, out byte quotient, ref context);
            int conditions = ((quotient & 4) != 0 ? FloatUnit.C0 : 0) | ((quotient & 2) != 0 ? FloatUnit.C3 : 0)
                | ((quotient & 1) != 0 ? FloatUnit.C1 : 0) | (isPartial ? FloatUnit.C2 : 0);
            bool hasQuotient = !context.SuppressesOperation && result.Class < FloatClass.QuietNaN;
            FloatUnit.Report(s, context, conditions, hasQuotient ? Conditions : 0);
            if (!context.SuppressesOperation) FloatUnit.Write(s, 0, result);
        }
    }

    private readonly struct Scale : IFloatInstruction
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static void Execute(CpuState* s, Op* op)
        {
            if (FloatUnit.IsEmpty(s, 0) || FloatUnit.IsEmpty(s, 1))
            {
                if (FloatUnit.Underflows(s)) FloatUnit.Write(s, 0, Float80.Indefinite);
                return;
            }

            FloatContext context = FloatUnit.Context(s);
            Float80 result = Float80Arithmetic.Scale(FloatUnit.Read(s, 0), FloatUnit.Read(s, 1), ref context);
            FloatUnit.Report(s, context);
            if (!context.SuppressesOperation) FloatUnit.Write(s, 0, result);
        }
    }

    private static void ReportRange(CpuState* s, in FloatContext context, bool isOutOfRange)
    {
        int conditions = (context.RoundedUp ? FloatUnit.C1 : 0) | (isOutOfRange ? FloatUnit.C2 : 0);
        FloatUnit.Report(s, context, conditions, FloatUnit.C1 | FloatUnit.C2);
    }

    private readonly struct Absolute : IFunction
    {
        public static Float80 Apply(Float80 value, ref FloatContext context) => value.Absolute();
    }

    private readonly struct Negation : IFunction
    {
        public static Float80 Apply(Float80 value, ref FloatContext context) => value.Negate();
    }

    private readonly struct SquareRoot : IFunction
    {
        public static Float80 Apply(Float80 value, ref FloatContext context) =>
            Float80Arithmetic.SquareRoot(value, ref context);
    }

    private readonly struct RoundToIntegral : IFunction
    {
        public static Float80 Apply(Float80 value, ref FloatContext context) =>
            Float80Arithmetic.RoundToIntegral(value, ref context);
    }

    private readonly struct ExponentialMinusOne : IFunction
    {
        public static Float80 Apply(Float80 value, ref FloatContext context) =>
            Float80Logarithms.ExponentialMinusOne(value, ref context);
    }

    private readonly struct Sine : IAngleFunction
    {
        public static Float80 Apply(Float80 angle, out bool isOutOfRange, ref FloatContext context) =>
            Float80Trigonometry.Sine(angle, out isOutOfRange, ref context);
    }

    private readonly struct Cosine : IAngleFunction
    {
        public static Float80 Apply(Float80 angle, out bool isOutOfRange, ref FloatContext context) =>
            Float80Trigonometry.Cosine(angle, out isOutOfRange, ref context);
    }

    private readonly struct SineAndCosine : IDoubleFunction
    {
        public static Float80 Apply(Float80 value, out Float80 pushed, out bool isOutOfRange,
            ref FloatContext context) =>
            Float80Trigonometry.SineAndCosine(value, out pushed, out isOutOfRange, ref context);
    }

    private readonly struct Tangent : IDoubleFunction
    {
        public static Float80 Apply(Float80 value, out Float80 pushed, out bool isOutOfRange,
            ref FloatContext context) =>
            Float80Trigonometry.Tangent(value, out pushed, out isOutOfRange, ref context);
    }

    /// <summary>FXTRACT: the exponent stays, the significand is pushed.</summary>
    private readonly struct Extract : IDoubleFunction
    {
        public static Float80 Apply(Float80 value, out Float80 pushed, out bool isOutOfRange,
            ref FloatContext context)
        {
            isOutOfRange = false;
            pushed = Float80Arithmetic.Extract(value, out Float80 exponent, ref context);
            return exponent;
        }
    }

    private readonly struct TruncatingRemainder : IRemainder
    {
        public static Float80 Apply(
            Float80 dividend, Float80 divisor, out bool isPartial, out byte quotient, ref FloatContext context) =>
            Float80Remainder.Truncating(dividend, divisor, out isPartial, out quotient, ref context);
    }

    private readonly struct NearestRemainder : IRemainder
    {
        public static Float80 Apply(
            Float80 dividend, Float80 divisor, out bool isPartial, out byte quotient, ref FloatContext context) =>
            Float80Remainder.Nearest(dividend, divisor, out isPartial, out quotient, ref context);
    }

    private readonly struct Logarithm : IPairFunction
    {
        public static Float80 Apply(Float80 first, Float80 second, ref FloatContext context) =>
            Float80Logarithms.Logarithm(first, second, ref context);
    }

    private readonly struct LogarithmOfOnePlus : IPairFunction
    {
        public static Float80 Apply(Float80 first, Float80 second, ref FloatContext context) =>
            Float80Logarithms.LogarithmOfOnePlus(first, second, ref context);
    }

    private readonly struct InverseTangent : IPairFunction
    {
        public static Float80 Apply(Float80 first, Float80 second, ref FloatContext context) =>
            Float80InverseTangent.Evaluate(first, second, ref context);
    }
}
