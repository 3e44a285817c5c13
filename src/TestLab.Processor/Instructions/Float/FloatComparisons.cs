using System.Runtime.CompilerServices;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.FloatingPoint;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Float;

/// <summary>FCOM, FUCOM, FICOM, FCOMI, FUCOMI with their popping forms, and FTST.</summary>
/// <remarks>
/// An unmasked exception does not keep the condition codes and flags from being written, only the pops from being done.
/// </remarks>
internal static unsafe class FloatComparisons
{
    private const int Conditions = FloatUnit.C0 | FloatUnit.C1 | FloatUnit.C2 | FloatUnit.C3;

    private interface IComparison
    {
        static abstract FloatRelation Apply(in FloatOperand first, in FloatOperand second, ref FloatContext context);
    }

    /// <summary>Where the relation goes.</summary>
    private interface IOutcome
    {
        static abstract void Store(CpuState* s, FloatRelation relation);
    }

    public static void Register(InstructionTable table)
    {
        table.Bind(Mnemonic.Fcom, b => Bind(b, 0));
        table.Bind(Mnemonic.Fcomp, b => Bind(b, 1));
        table.Bind(Mnemonic.Ficom, b => Bind(b, 0));
        table.Bind(Mnemonic.Ficomp, b => Bind(b, 1));
        table.Bind(Mnemonic.Fcompp, b => BindPair<Ordered>(b));
        table.Bind(Mnemonic.Fucompp, b => BindPair<Quiet>(b));
        table.Bind(Mnemonic.Fucom, b => FloatForms.Bind<OnRegisters<Quiet, ConditionCodes>>(b));
        table.Bind(Mnemonic.Fucomp, b => FloatForms.Bind<OnRegisters<Quiet, ConditionCodes>>(b, pops: 1));
        table.Bind(Mnemonic.Fcomi, b => FloatForms.Bind<OnRegisters<Ordered, StatusFlags>>(b));
        table.Bind(Mnemonic.Fcomip, b => FloatForms.Bind<OnRegisters<Ordered, StatusFlags>>(b, pops: 1));
        table.Bind(Mnemonic.Fucomi, b => FloatForms.Bind<OnRegisters<Quiet, StatusFlags>>(b));
        table.Bind(Mnemonic.Fucomip, b => FloatForms.Bind<OnRegisters<Quiet, StatusFlags>>(b, pops: 1));
        table.Bind(Mnemonic.Ftst, b => FloatForms.Bind<WithZero>(b));
    }

    private static void Bind(Binding b, int pops)
    {
        switch (b.Instruction.MemorySize)
        {
            case MemorySize.Float32: FloatForms.BindMemory<OnMemory<FloatMemory.Binary32, uint>>(b, pops); break;
            case MemorySize.Float64: FloatForms.BindMemory<OnMemory<FloatMemory.Binary64, ulong>>(b, pops); break;
            case MemorySize.Int16: FloatForms.BindMemory<OnMemory<FloatMemory.Integer16, short>>(b, pops); break;
            case MemorySize.Int32: FloatForms.BindMemory<OnMemory<FloatMemory.Integer32, int>>(b, pops); break;
            default: FloatForms.Bind<OnRegisters<Ordered, ConditionCodes>>(b, pops); break;
        }
    }

    private static void BindPair<T>(Binding b) where T : struct, IComparison
    {
        FloatForms.Bind<OnRegisters<T, ConditionCodes>>(b, pops: 2);
        (b.Op->Destination, b.Op->Source) = (0, 1);
    }

    private readonly struct OnRegisters<T, TOutcome> : IFloatInstruction
        where T : struct, IComparison where TOutcome : struct, IOutcome
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static void Execute(CpuState* s, Op* op)
        {
            if (FloatUnit.IsEmpty(s, 0) || FloatUnit.IsEmpty(s, op->Source)) Underflow<TOutcome>(s, op);
            else Compare<T, TOutcome>(s, op, FloatUnit.Read(s, op->Source));
        }
    }

    private readonly struct OnMemory<TFormat, TValue> : IFloatMemoryInstruction
        where TFormat : struct, FloatMemory.IFormat<TValue> where TValue : unmanaged
    {
        public static int Size => sizeof(TValue);

        public static bool IsWrite => false;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public static bool Execute(CpuState* s, Op* op, ulong address)
        {
            TValue* place = Access.Read<TValue>(s, op, address);
            if (place == null) return false;
            if (FloatUnit.IsEmpty(s, 0)) Underflow<ConditionCodes>(s, op);
            else Compare<Ordered, ConditionCodes>(s, op, TFormat.ToOperand(*place));
            return true;
        }
    }

    private readonly struct WithZero : IFloatInstruction
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static void Execute(CpuState* s, Op* op)
        {
            if (FloatUnit.IsEmpty(s, 0)) Underflow<ConditionCodes>(s, op);
            else Compare<Ordered, ConditionCodes>(s, op, Float80.Zero);
        }
    }

    private static void Compare<T, TOutcome>(CpuState* s, Op* op, in FloatOperand second)
        where T : struct, IComparison where TOutcome : struct, IOutcome
    {
        FloatContext context = FloatUnit.Context(s);
        FloatRelation relation = T.Apply(FloatUnit.Read(s, 0), second, ref context);
        FloatUnit.Report(s, context);
        TOutcome.Store(s, relation);
        if (!context.SuppressesOperation) FloatUnit.Pop(s, (int)op->Immediate);
    }

    private static void Underflow<TOutcome>(CpuState* s, Op* op) where TOutcome : struct, IOutcome
    {
        bool masked = FloatUnit.Underflows(s);
        TOutcome.Store(s, FloatRelation.Unordered);
        if (masked) FloatUnit.Pop(s, (int)op->Immediate);
    }

    private readonly struct Ordered : IComparison
    {
        public static FloatRelation Apply(in FloatOperand first, in FloatOperand second, ref FloatContext context) =>
            Float80Arithmetic.Compare(first, second, ref context);
    }

    private readonly struct Quiet : IComparison
    {
        public static FloatRelation Apply(in FloatOperand first, in FloatOperand second, ref FloatContext context) =>
            Float80Arithmetic.CompareQuiet(first, second, ref context);
    }

    private readonly struct ConditionCodes : IOutcome
    {
        public static void Store(CpuState* s, FloatRelation relation) => FloatUnit.SetConditions(s, relation switch
        {
            FloatRelation.Less => FloatUnit.C0,
            FloatRelation.Equal => FloatUnit.C3,
            FloatRelation.Greater => 0,
            _ => FloatUnit.C3 | FloatUnit.C2 | FloatUnit.C0,
        }, Conditions);
    }

    /// <summary>ZF, PF and CF; OF, SF and AF are cleared.</summary>
    private readonly struct StatusFlags : IOutcome
    {
        public static void Store(CpuState* s, FloatRelation relation) => Flags.Write(s, relation switch
        {
            FloatRelation.Less => Flags.Carry,
            FloatRelation.Equal => Flags.Zero,
            FloatRelation.Greater => 0,
            _ => Flags.Zero | Flags.Parity | Flags.Carry,
        });
    }
}
