using System.Numerics;
using System.Runtime.CompilerServices;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>SETcc and CMOVcc.</summary>
internal static unsafe class Conditionals
{
    public static void Register(InstructionTable table)
    {
        Bind<Conditions.Overflow>(table, Mnemonic.Seto, Mnemonic.Setno, Mnemonic.Cmovo, Mnemonic.Cmovno);
        Bind<Conditions.Below>(table, Mnemonic.Setb, Mnemonic.Setae, Mnemonic.Cmovb, Mnemonic.Cmovae);
        Bind<Conditions.Equal>(table, Mnemonic.Sete, Mnemonic.Setne, Mnemonic.Cmove, Mnemonic.Cmovne);
        Bind<Conditions.BelowOrEqual>(table, Mnemonic.Setbe, Mnemonic.Seta, Mnemonic.Cmovbe, Mnemonic.Cmova);
        Bind<Conditions.Sign>(table, Mnemonic.Sets, Mnemonic.Setns, Mnemonic.Cmovs, Mnemonic.Cmovns);
        Bind<Conditions.Parity>(table, Mnemonic.Setp, Mnemonic.Setnp, Mnemonic.Cmovp, Mnemonic.Cmovnp);
        Bind<Conditions.Less>(table, Mnemonic.Setl, Mnemonic.Setge, Mnemonic.Cmovl, Mnemonic.Cmovge);
        Bind<Conditions.LessOrEqual>(table, Mnemonic.Setle, Mnemonic.Setg, Mnemonic.Cmovle, Mnemonic.Cmovg);
    }

    private static void Bind<T>(InstructionTable table, Mnemonic set, Mnemonic setNot, Mnemonic move, Mnemonic moveNot) where T : ICondition
    {
        table.Bind(set, BindSet<T>, pure: true);
        table.Bind(setNot, BindSet<Conditions.Not<T>>, pure: true);
        table.Bind(move, BindMove<T>, pure: true);
        table.Bind(moveNot, BindMove<Conditions.Not<T>>, pure: true);
    }

    private static void BindSet<T>(Binding b) where T : ICondition => b.Op->Handler =
        b.IsMemory(0) ? Forms.ByAddress<WriteForms<SetMemory<T>>, byte>(b.Form) : &SetRegister<T>;

    private static void BindMove<T>(Binding b) where T : ICondition => b.Op->Handler =
        b.IsMemory(1) ? Forms.ByAddress<ReadForms<MoveMemory<T>>>(b.Size, b.Form) : Forms.ByWidth<MoveRegister<T>>(b.Size);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SetRegister<T>(CpuState* s, Op* op) where T : ICondition
    {
        Registers.Write(s, op->Destination, T.Test(s) ? (byte)1 : (byte)0);
        (op + 1)->Handler(s, op + 1);
    }

    /// <summary>Of one byte.</summary>
    private readonly struct SetMemory<TCondition> : IWriter where TCondition : ICondition
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Value<T>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T> => TCondition.Test(s) ? T.One : T.Zero;
    }

    private readonly struct MoveRegister<TCondition> : IWidthForms where TCondition : ICondition
    {
        public static delegate*<CpuState*, Op*, void> Handler<T>() where T : unmanaged, IBinaryInteger<T> => &Move<T>;

        /// <summary>A 32-bit destination loses its upper half whether the condition holds or not.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Move<T>(CpuState* s, Op* op) where T : unmanaged
        {
            Registers.Write(s, op->Destination, Registers.Read<T>(s, TCondition.Test(s) ? op->Source : op->Destination));
            (op + 1)->Handler(s, op + 1);
        }
    }

    /// <summary>The memory is read, and may fault, whether the condition holds or not.</summary>
    private readonly struct MoveMemory<TCondition> : IReader where TCondition : ICondition
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Use<T>(CpuState* s, Op* op, T value) where T : unmanaged, IBinaryInteger<T> =>
            Registers.Write(s, op->Destination, TCondition.Test(s) ? value : Registers.Read<T>(s, op->Destination));
    }
}
