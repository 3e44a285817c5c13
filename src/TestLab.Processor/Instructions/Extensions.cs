using System.Numerics;
using System.Runtime.CompilerServices;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>MOVZX, MOVSX, MOVSXD; CBW, CWDE, CDQE; CWD, CDQ, CQO.</summary>
internal static unsafe class Extensions
{
    public static void Register(InstructionTable table)
    {
        table.Bind(Mnemonic.Movzx, Bind<ZeroExtend>, pure: true);
        table.Bind(Mnemonic.Movsx, Bind<SignExtend>, pure: true);
        table.Bind(Mnemonic.Movsxd, Bind<SignExtend>, pure: true);
        table.Bind(Mnemonic.Cbw, b => b.Op->Handler = &WidenAccumulator<byte, ushort>, pure: true);
        table.Bind(Mnemonic.Cwde, b => b.Op->Handler = &WidenAccumulator<ushort, uint>, pure: true);
        table.Bind(Mnemonic.Cdqe, b => b.Op->Handler = &WidenAccumulator<uint, ulong>, pure: true);
        table.Bind(Mnemonic.Cwd, b => b.Op->Handler = &SpreadSign<ushort>, pure: true);
        table.Bind(Mnemonic.Cdq, b => b.Op->Handler = &SpreadSign<uint>, pure: true);
        table.Bind(Mnemonic.Cqo, b => b.Op->Handler = &SpreadSign<ulong>, pure: true);
    }

    private interface IExtension
    {
        static abstract ulong Apply<T>(T value) where T : unmanaged;
    }

    private static void Bind<TExtension>(Binding b) where TExtension : IExtension
    {
        switch (b.Size)
        {
            case 2: Bind<TExtension, ushort>(b); break;
            case 4: Bind<TExtension, uint>(b); break;
            case 8: Bind<TExtension, ulong>(b); break;
        }
    }

    private static void Bind<TExtension, TTo>(Binding b) where TExtension : IExtension where TTo : unmanaged =>
        b.Op->Handler = b.IsMemory(1)
            ? Forms.ByAddress<ReadForms<FromMemory<TExtension, TTo>>>(b.SizeOf(1), b.Form)
            : Forms.ByWidth<FromRegister<TExtension, TTo>>(b.SizeOf(1));

    private readonly struct ZeroExtend : IExtension
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static ulong Apply<T>(T value) where T : unmanaged => Number.ZeroExtend(value);
    }

    private readonly struct SignExtend : IExtension
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static ulong Apply<T>(T value) where T : unmanaged => (ulong)Number.SignExtend(value);
    }

    private readonly struct FromRegister<TExtension, TTo> : IWidthForms where TExtension : IExtension where TTo : unmanaged
    {
        public static delegate*<CpuState*, Op*, void> Handler<T>() where T : unmanaged, IBinaryInteger<T> => &Extend<T>;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Extend<T>(CpuState* s, Op* op) where T : unmanaged
        {
            Registers.Write(s, op->Destination, Number.Truncate<TTo>(TExtension.Apply(Registers.Read<T>(s, op->Source))));
            (op + 1)->Handler(s, op + 1);
        }
    }

    private readonly struct FromMemory<TExtension, TTo> : IReader where TExtension : IExtension where TTo : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Use<T>(CpuState* s, Op* op, T value) where T : unmanaged, IBinaryInteger<T> =>
            Registers.Write(s, op->Destination, Number.Truncate<TTo>(TExtension.Apply(value)));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WidenAccumulator<TFrom, TTo>(CpuState* s, Op* op) where TFrom : unmanaged where TTo : unmanaged
    {
        Registers.Write(s, 0, Number.Truncate<TTo>((ulong)Number.SignExtend(Registers.Read<TFrom>(s, 0))));
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SpreadSign<T>(CpuState* s, Op* op) where T : unmanaged
    {
        Registers.Write(s, 16, Number.Truncate<T>((ulong)(Number.SignExtend(Registers.Read<T>(s, 0)) >> 63)));
        (op + 1)->Handler(s, op + 1);
    }
}
