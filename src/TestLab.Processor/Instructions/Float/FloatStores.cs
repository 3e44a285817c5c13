using System.Runtime.CompilerServices;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.FloatingPoint;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Float;

/// <summary>FST, FSTP, FIST, FISTP, FISTTP, FBSTP.</summary>
internal static unsafe class FloatStores
{
    private interface IStore<T> where T : unmanaged
    {
        static abstract T Convert(Float80 value, ref FloatContext context);
    }

    public static void Register(InstructionTable table)
    {
        table.Bind(Mnemonic.Fst, b => Bind(b, 0));
        table.Bind(Mnemonic.Fstp, b => Bind(b, 1));
        table.Bind(Mnemonic.Fstpnce, b => FloatForms.Bind<ToRegisterUnchecked>(b, pops: 1));
        table.Bind(Mnemonic.Fist, b => Bind(b, 0));
        table.Bind(Mnemonic.Fistp, b => Bind(b, 1));
        table.Bind(Mnemonic.Fisttp, BindTruncating);
        table.Bind(
            Mnemonic.Fbstp, b => FloatForms.BindMemory<ToMemory<PackedDecimals, FloatMemory.TenBytes>>(b, pops: 1));
    }

    private static void Bind(Binding b, int pops)
    {
        switch (b.Instruction.MemorySize)
        {
            case MemorySize.Float32: FloatForms.BindMemory<ToMemory<Binary32, uint>>(b, pops); break;
            case MemorySize.Float64: FloatForms.BindMemory<ToMemory<Binary64, ulong>>(b, pops); break;
            case MemorySize.Float80: FloatForms.BindMemory<ToMemory<Extended, FloatMemory.TenBytes>>(b, pops); break;
            case MemorySize.Int16: FloatForms.BindMemory<ToMemory<Integer16, short>>(b, pops); break;
            case MemorySize.Int32: FloatForms.BindMemory<ToMemory<Integer32, int>>(b, pops); break;
            case MemorySize.Int64: FloatForms.BindMemory<ToMemory<Integer64, long>>(b, pops); break;
            default: FloatForms.Bind<ToRegister>(b, pops); break;
        }
    }

    private static void BindTruncating(Binding b)
    {
        switch (b.Instruction.MemorySize)
        {
            case MemorySize.Int16: FloatForms.BindMemory<ToMemory<Truncated16, short>>(b, pops: 1); break;
            case MemorySize.Int32: FloatForms.BindMemory<ToMemory<Truncated32, int>>(b, pops: 1); break;
            default: FloatForms.BindMemory<ToMemory<Truncated64, long>>(b, pops: 1); break;
        }
    }

    private readonly struct ToMemory<T, TValue> : IFloatMemoryInstruction
        where T : struct, IStore<TValue> where TValue : unmanaged
    {
        public static int Size => sizeof(TValue);

        public static bool IsWrite => true;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public static bool Execute(CpuState* s, Op* op, ulong address)
        {
            FloatContext context = FloatUnit.Context(s);
            bool isEmpty = FloatUnit.IsEmpty(s, 0);
            // Every format has its own answer to an invalid operation, and the default NaN makes it give that.
            TValue value = T.Convert(isEmpty ? Float80.Indefinite : FloatUnit.Read(s, 0), ref context);
            bool stores = isEmpty ? context.IsMasked(FloatExceptions.Invalid) : !context.SuppressesStore;
            if (stores ? !Access.Write(s, op, address, value) : !Access.CanWrite(s, op, address, Size)) return false;
            if (isEmpty) FloatUnit.Underflows(s);
            else FloatUnit.Report(s, context);
            if (stores && op->Immediate != 0) FloatUnit.Pop(s);
            return true;
        }
    }

    private readonly struct ToRegister : IFloatInstruction
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static void Execute(CpuState* s, Op* op)
        {
            if (FloatUnit.IsEmpty(s, 0))
            {
                if (!FloatUnit.Underflows(s)) return;
                FloatUnit.Write(s, op->Destination, Float80.Indefinite);
            }
            else
            {
                FloatUnit.Write(s, op->Destination, FloatUnit.Read(s, 0));
                FloatUnit.SetConditions(s, 0, FloatUnit.C1);
            }

            if (op->Immediate != 0) FloatUnit.Pop(s);
        }
    }

    /// <summary>FSTPNCE, an undocumented FSTP that only pops when the register is empty.</summary>
    private readonly struct ToRegisterUnchecked : IFloatInstruction
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static void Execute(CpuState* s, Op* op)
        {
            if (!FloatUnit.IsEmpty(s, 0)) FloatUnit.Write(s, op->Destination, FloatUnit.Read(s, 0));
            FloatUnit.SetConditions(s, 0, FloatUnit.C1);
            FloatUnit.Pop(s);
        }
    }

    private readonly struct Binary32 : IStore<uint>
    {
        public static uint Convert(Float80 value, ref FloatContext context) =>
            Float80Conversion.ToBinary32(value, ref context);
    }

    private readonly struct Binary64 : IStore<ulong>
    {
        public static ulong Convert(Float80 value, ref FloatContext context) =>
            Float80Conversion.ToBinary64(value, ref context);
    }

    private readonly struct Extended : IStore<FloatMemory.TenBytes>
    {
        public static FloatMemory.TenBytes Convert(Float80 value, ref FloatContext context) =>
            new(value.Significand, value.SignExponent);
    }

    private readonly struct Integer16 : IStore<short>
    {
        public static short Convert(Float80 value, ref FloatContext context) =>
            Float80Conversion.ToInt16(value, context.Rounding, ref context);
    }

    private readonly struct Integer32 : IStore<int>
    {
        public static int Convert(Float80 value, ref FloatContext context) =>
            Float80Conversion.ToInt32(value, context.Rounding, ref context);
    }

    private readonly struct Integer64 : IStore<long>
    {
        public static long Convert(Float80 value, ref FloatContext context) =>
            Float80Conversion.ToInt64(value, context.Rounding, ref context);
    }

    private readonly struct Truncated16 : IStore<short>
    {
        public static short Convert(Float80 value, ref FloatContext context) =>
            Float80Conversion.ToInt16(value, RoundingMode.Zero, ref context);
    }

    private readonly struct Truncated32 : IStore<int>
    {
        public static int Convert(Float80 value, ref FloatContext context) =>
            Float80Conversion.ToInt32(value, RoundingMode.Zero, ref context);
    }

    private readonly struct Truncated64 : IStore<long>
    {
        public static long Convert(Float80 value, ref FloatContext context) =>
            Float80Conversion.ToInt64(value, RoundingMode.Zero, ref context);
    }

    private readonly struct PackedDecimals : IStore<FloatMemory.TenBytes>
    {
        public static FloatMemory.TenBytes Convert(Float80 value, ref FloatContext context)
        {
            PackedDecimal digits = PackedDecimal.From(value, ref context);
            return new FloatMemory.TenBytes(digits.LowDigits, digits.HighDigits);
        }
    }
}
