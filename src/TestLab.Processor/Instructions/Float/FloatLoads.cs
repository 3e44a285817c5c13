using System.Runtime.CompilerServices;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.FloatingPoint;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Float;

/// <summary>FLD, FILD, FBLD and the constants.</summary>
internal static unsafe class FloatLoads
{
    private interface ILoad<T> where T : unmanaged
    {
        static abstract Float80 Convert(T value, ref FloatContext context);
    }

    private interface IConstant
    {
        static abstract Float80 Value(RoundingMode mode);
    }

    public static void Register(InstructionTable table)
    {
        table.Bind(Mnemonic.Fld, Bind);
        table.Bind(Mnemonic.Fild, Bind);
        table.Bind(Mnemonic.Fbld, b => FloatForms.BindMemory<FromMemory<PackedDecimals, FloatMemory.TenBytes>>(b));
        table.Bind(Mnemonic.Fld1, b => FloatForms.Bind<Constant<One>>(b));
        table.Bind(Mnemonic.Fldl2t, b => FloatForms.Bind<Constant<BinaryLogarithmOfTen>>(b));
        table.Bind(Mnemonic.Fldl2e, b => FloatForms.Bind<Constant<BinaryLogarithmOfE>>(b));
        table.Bind(Mnemonic.Fldpi, b => FloatForms.Bind<Constant<Pi>>(b));
        table.Bind(Mnemonic.Fldlg2, b => FloatForms.Bind<Constant<DecimalLogarithmOfTwo>>(b));
        table.Bind(Mnemonic.Fldln2, b => FloatForms.Bind<Constant<NaturalLogarithmOfTwo>>(b));
        table.Bind(Mnemonic.Fldz, b => FloatForms.Bind<Constant<Zero>>(b));
    }

    private static void Bind(Binding b)
    {
        switch (b.Instruction.MemorySize)
        {
            case MemorySize.Float32: FloatForms.BindMemory<FromMemory<Binary32, uint>>(b); break;
            case MemorySize.Float64: FloatForms.BindMemory<FromMemory<Binary64, ulong>>(b); break;
            case MemorySize.Float80: FloatForms.BindMemory<FromMemory<Extended, FloatMemory.TenBytes>>(b); break;
            case MemorySize.Int16: FloatForms.BindMemory<FromMemory<Integer16, short>>(b); break;
            case MemorySize.Int32: FloatForms.BindMemory<FromMemory<Integer32, int>>(b); break;
            case MemorySize.Int64: FloatForms.BindMemory<FromMemory<Integer64, long>>(b); break;
            default: FloatForms.Bind<FromRegister>(b); break;
        }
    }

    private readonly struct FromMemory<T, TValue> : IFloatMemoryInstruction
        where T : struct, ILoad<TValue> where TValue : unmanaged
    {
        public static int Size => sizeof(TValue);

        public static bool IsWrite => false;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public static bool Execute(CpuState* s, Op* op, ulong address)
        {
            TValue* place = Access.Read<TValue>(s, op, address);
            if (place == null) return false;
            if (!FloatUnit.IsEmpty(s, -1))
            {
                if (FloatUnit.Overflows(s)) FloatUnit.Push(s, Float80.Indefinite);
                return true;
            }

            FloatContext context = FloatUnit.Context(s);
            Float80 value = T.Convert(*place, ref context);
            FloatUnit.Report(s, context);
            if (!context.SuppressesLoad) FloatUnit.Push(s, value);
            return true;
        }
    }

    private readonly struct FromRegister : IFloatInstruction
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static void Execute(CpuState* s, Op* op)
        {
            if (FloatUnit.IsEmpty(s, op->Destination))
            {
                if (FloatUnit.Underflows(s)) FloatUnit.Push(s, Float80.Indefinite);
            }
            else
            {
                PushExact(s, FloatUnit.Read(s, op->Destination));
            }
        }
    }

    private readonly struct Constant<T> : IFloatInstruction where T : struct, IConstant
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static void Execute(CpuState* s, Op* op) =>
            PushExact(s, T.Value((RoundingMode)(s->FloatControl >> 10 & 3)));
    }

    private static void PushExact(CpuState* s, Float80 value)
    {
        if (FloatUnit.IsEmpty(s, -1))
        {
            FloatUnit.Push(s, value);
            FloatUnit.SetConditions(s, 0, FloatUnit.C1);
        }
        else if (FloatUnit.Overflows(s))
        {
            FloatUnit.Push(s, Float80.Indefinite);
        }
    }

    private readonly struct Binary32 : ILoad<uint>
    {
        public static Float80 Convert(uint value, ref FloatContext context) =>
            Float80Conversion.FromBinary32(value, ref context);
    }

    private readonly struct Binary64 : ILoad<ulong>
    {
        public static Float80 Convert(ulong value, ref FloatContext context) =>
            Float80Conversion.FromBinary64(value, ref context);
    }

    private readonly struct Extended : ILoad<FloatMemory.TenBytes>
    {
        public static Float80 Convert(FloatMemory.TenBytes value, ref FloatContext context) =>
            new(value.Low, value.High);
    }

    private readonly struct Integer16 : ILoad<short>
    {
        public static Float80 Convert(short value, ref FloatContext context) => Float80Conversion.FromInteger(value);
    }

    private readonly struct Integer32 : ILoad<int>
    {
        public static Float80 Convert(int value, ref FloatContext context) => Float80Conversion.FromInteger(value);
    }

    private readonly struct Integer64 : ILoad<long>
    {
        public static Float80 Convert(long value, ref FloatContext context) => Float80Conversion.FromInteger(value);
    }

    private readonly struct PackedDecimals : ILoad<FloatMemory.TenBytes>
    {
        public static Float80 Convert(FloatMemory.TenBytes value, ref FloatContext context) =>
            new PackedDecimal(value.Low, value.High).ToFloat80();
    }

    private readonly struct Zero : IConstant
    {
        public static Float80 Value(RoundingMode mode) => Float80Constants.Zero;
    }

    private readonly struct One : IConstant
    {
        public static Float80 Value(RoundingMode mode) => Float80Constants.One;
    }

    private readonly struct BinaryLogarithmOfTen : IConstant
    {
        public static Float80 Value(RoundingMode mode) => Float80Constants.BinaryLogarithmOfTen(mode);
    }

    private readonly struct BinaryLogarithmOfE : IConstant
    {
        public static Float80 Value(RoundingMode mode) => Float80Constants.BinaryLogarithmOfE(mode);
    }

    private readonly struct Pi : IConstant
    {
        public static Float80 Value(RoundingMode mode) => Float80Constants.Pi(mode);
    }

    private readonly struct DecimalLogarithmOfTwo : IConstant
    {
        public static Float80 Value(RoundingMode mode) => Float80Constants.DecimalLogarithmOfTwo(mode);
    }

    private readonly struct NaturalLogarithmOfTwo : IConstant
    {
        public static Float80 Value(RoundingMode mode) => Float80Constants.NaturalLogarithmOfTwo(mode);
    }
}
