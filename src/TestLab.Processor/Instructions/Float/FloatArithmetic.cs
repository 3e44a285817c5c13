using System.Runtime.CompilerServices;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.FloatingPoint;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Float;

/// <summary>FADD, FSUB, FSUBR, FMUL, FDIV, FDIVR with their popping and integer forms.</summary>
internal static unsafe class FloatArithmetic
{
    private interface IOperation
    {
        static abstract Float80 Apply(in FloatOperand first, in FloatOperand second, ref FloatContext context);
    }

    public static void Register(InstructionTable table)
    {
        Bind<Add>(table, Mnemonic.Fadd, Mnemonic.Faddp, Mnemonic.Fiadd);
        Bind<Subtract>(table, Mnemonic.Fsub, Mnemonic.Fsubp, Mnemonic.Fisub);
        Bind<SubtractReversed>(table, Mnemonic.Fsubr, Mnemonic.Fsubrp, Mnemonic.Fisubr);
        Bind<Multiply>(table, Mnemonic.Fmul, Mnemonic.Fmulp, Mnemonic.Fimul);
        Bind<Divide>(table, Mnemonic.Fdiv, Mnemonic.Fdivp, Mnemonic.Fidiv);
        Bind<DivideReversed>(table, Mnemonic.Fdivr, Mnemonic.Fdivrp, Mnemonic.Fidivr);
    }

    private static void Bind<T>(InstructionTable table, Mnemonic plain, Mnemonic popping, Mnemonic integer)
        where T : struct, IOperation
    {
        table.Bind(plain, Bind<T>);
        table.Bind(popping, b => FloatForms.Bind<OnRegisters<T>>(b, pops: 1));
        table.Bind(integer, Bind<T>);
    }

    private static void Bind<T>(Binding b) where T : struct, IOperation
    {
        switch (b.Instruction.MemorySize)
        {
            case MemorySize.Float32: FloatForms.BindMemory<OnMemory<T, FloatMemory.Binary32, uint>>(b); break;
            case MemorySize.Float64: FloatForms.BindMemory<OnMemory<T, FloatMemory.Binary64, ulong>>(b); break;
            case MemorySize.Int16: FloatForms.BindMemory<OnMemory<T, FloatMemory.Integer16, short>>(b); break;
            case MemorySize.Int32: FloatForms.BindMemory<OnMemory<T, FloatMemory.Integer32, int>>(b); break;
            default: FloatForms.Bind<OnRegisters<T>>(b); break;
        }
    }

    private readonly struct OnRegisters<T> : IFloatInstruction where T : struct, IOperation
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static void Execute(CpuState* s, Op* op)
        {
            if (FloatUnit.IsEmpty(s, op->Destination) || FloatUnit.IsEmpty(s, op->Source))
            {
                if (!FloatUnit.Underflows(s)) return;
                FloatUnit.Write(s, op->Destination, Float80.Indefinite);
            }
            else
            {
                FloatContext context = FloatUnit.Context(s);
                Float80 result = T.Apply(
                    FloatUnit.Read(s, op->Destination), FloatUnit.Read(s, op->Source), ref context);
                FloatUnit.Report(s, context);
                if (context.SuppressesOperation) return;
                FloatUnit.Write(s, op->Destination, result);
            }

            if (op->Immediate != 0) FloatUnit.Pop(s);
        }
    }

    private readonly struct OnMemory<T, TFormat, TValue> : IFloatMemoryInstruction
        where T : struct, IOperation where TFormat : struct, FloatMemory.IFormat<TValue> where TValue : unmanaged
    {
        public static int Size => sizeof(TValue);

        public static bool IsWrite => false;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public static bool Execute(CpuState* s, Op* op, ulong address)
        {
            TValue* place = Access.Read<TValue>(s, op, address);
            if (place == null) return false;
            if (FloatUnit.IsEmpty(s, 0))
            {
                if (FloatUnit.Underflows(s)) FloatUnit.Write(s, 0, Float80.Indefinite);
                return true;
            }

            FloatContext context = FloatUnit.Context(s);
            Float80 result = T.Apply(FloatUnit.Read(s, 0), TFormat.ToOperand(*place), ref context);
            FloatUnit.Report(s, context);
            if (!context.SuppressesOperation) FloatUnit.Write(s, 0, result);
            return true;
        }
    }

    private readonly struct Add : IOperation
    {
        public static Float80 Apply(in FloatOperand first, in FloatOperand second, ref FloatContext context) =>
            Float80Arithmetic.Add(first, second, ref context);
    }

    private readonly struct Subtract : IOperation
    {
        public static Float80 Apply(in FloatOperand first, in FloatOperand second, ref FloatContext context) =>
            Float80Arithmetic.Subtract(first, second, ref context);
    }

    private readonly struct SubtractReversed : IOperation
    {
        public static Float80 Apply(in FloatOperand first, in FloatOperand second, ref FloatContext context) =>
            Float80Arithmetic.Subtract(second, first, ref context);
    }

    private readonly struct Multiply : IOperation
    {
        public static Float80 Apply(in FloatOperand first, in FloatOperand second, ref FloatContext context) =>
            Float80Arithmetic.Multiply(first, second, ref context);
    }

    private readonly struct Divide : IOperation
    {
        public static Float80 Apply(in FloatOperand first, in FloatOperand second, ref FloatContext context) =>
            Float80Arithmetic.Divide(first, second, ref context);
    }

    private readonly struct DivideReversed : IOperation
    {
        public static Float80 Apply(in FloatOperand first, in FloatOperand second, ref FloatContext context) =>
            Float80Arithmetic.Divide(second, first, ref context);
    }
}
