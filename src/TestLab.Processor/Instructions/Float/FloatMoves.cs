using System.Runtime.CompilerServices;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.FloatingPoint;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Float;

/// <summary>
/// What moves or examines registers without computing: FXCH, FCMOVcc, FXAM, FFREE, FINCSTP, FDECSTP, FNOP.
/// </summary>
internal static unsafe class FloatMoves
{
    public static void Register(InstructionTable table)
    {
        table.Bind(Mnemonic.Fxch, b => FloatForms.Bind<Exchange>(b));
        table.Bind(Mnemonic.Fxam, b => FloatForms.Bind<Examine>(b));
        table.Bind(Mnemonic.Ffree, b => FloatForms.Bind<Free>(b));
        table.Bind(Mnemonic.Ffreep, b => FloatForms.Bind<Free>(b, pops: 1));
        table.Bind(Mnemonic.Fincstp, b => FloatForms.Bind<Increment>(b));
        table.Bind(Mnemonic.Fdecstp, b => FloatForms.Bind<Decrement>(b));
        table.Bind(Mnemonic.Fnop, b => FloatForms.Bind<Nothing>(b));
        BindMoves<Conditions.Below>(table, Mnemonic.Fcmovb, Mnemonic.Fcmovnb);
        BindMoves<Conditions.Equal>(table, Mnemonic.Fcmove, Mnemonic.Fcmovne);
        BindMoves<Conditions.BelowOrEqual>(table, Mnemonic.Fcmovbe, Mnemonic.Fcmovnbe);
        BindMoves<Conditions.Parity>(table, Mnemonic.Fcmovu, Mnemonic.Fcmovnu);
    }

    private static void BindMoves<T>(InstructionTable table, Mnemonic mnemonic, Mnemonic opposite)
        where T : struct, ICondition
    {
        table.Bind(mnemonic, b => FloatForms.Bind<Move<T>>(b));
        table.Bind(opposite, b => FloatForms.Bind<Move<Conditions.Not<T>>>(b));
    }

    /// <summary>An empty register takes part as the default NaN.</summary>
    private readonly struct Exchange : IFloatInstruction
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static void Execute(CpuState* s, Op* op)
        {
            bool firstIsEmpty = FloatUnit.IsEmpty(s, 0);
            bool secondIsEmpty = FloatUnit.IsEmpty(s, op->Source);
            if (!firstIsEmpty && !secondIsEmpty) FloatUnit.SetConditions(s, 0, FloatUnit.C1);
            else if (!FloatUnit.Underflows(s)) return;
            Float80 first = firstIsEmpty ? Float80.Indefinite : FloatUnit.Read(s, 0);
            FloatUnit.Write(s, 0, secondIsEmpty ? Float80.Indefinite : FloatUnit.Read(s, op->Source));
            FloatUnit.Write(s, op->Source, first);
        }
    }

    /// <summary>The registers must not be empty, whatever the condition says.</summary>
    private readonly struct Move<T> : IFloatInstruction where T : struct, ICondition
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static void Execute(CpuState* s, Op* op)
        {
            if (FloatUnit.IsEmpty(s, 0) || FloatUnit.IsEmpty(s, op->Source))
            {
                if (FloatUnit.Underflows(s)) FloatUnit.Write(s, 0, Float80.Indefinite);
                return;
            }

            if (T.Test(s)) FloatUnit.Write(s, 0, FloatUnit.Read(s, op->Source));
        }
    }

    /// <summary>
    /// Class and sign of ST0 in the condition codes; an empty register has a sign too (SDM volume 1, table 8-2).
    /// </summary>
    private readonly struct Examine : IFloatInstruction
    {
        private const int Conditions = FloatUnit.C0 | FloatUnit.C1 | FloatUnit.C2 | FloatUnit.C3;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public static void Execute(CpuState* s, Op* op)
        {
            Float80 value = FloatUnit.Read(s, 0);
            int conditions = FloatUnit.IsEmpty(s, 0) ? FloatUnit.C3 | FloatUnit.C0 : value.Class switch
            {
                FloatClass.Unsupported => 0,
                FloatClass.QuietNaN or FloatClass.SignallingNaN => FloatUnit.C0,
                FloatClass.Normal => FloatUnit.C2,
                FloatClass.Infinity => FloatUnit.C2 | FloatUnit.C0,
                FloatClass.Zero => FloatUnit.C3,
                _ => FloatUnit.C3 | FloatUnit.C2,
            };
            FloatUnit.SetConditions(s, conditions | (value.IsNegative ? FloatUnit.C1 : 0), Conditions);
        }
    }

    private readonly struct Free : IFloatInstruction
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static void Execute(CpuState* s, Op* op)
        {
            FloatUnit.Free(s, op->Destination);
            if (op->Immediate != 0) FloatUnit.Pop(s);
        }
    }

    private readonly struct Increment : IFloatInstruction
    {
        public static void Execute(CpuState* s, Op* op)
        {
            FloatUnit.Rotate(s, 1);
            FloatUnit.SetConditions(s, 0, FloatUnit.C1);
        }
    }

    private readonly struct Decrement : IFloatInstruction
    {
        public static void Execute(CpuState* s, Op* op)
        {
            FloatUnit.Rotate(s, -1);
            FloatUnit.SetConditions(s, 0, FloatUnit.C1);
        }
    }

    private readonly struct Nothing : IFloatInstruction
    {
        public static void Execute(CpuState* s, Op* op)
        {
        }
    }
}
