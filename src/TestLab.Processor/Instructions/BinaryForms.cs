using System.Numerics;
using System.Runtime.CompilerServices;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions;

/// <summary>The operand forms of instructions with two operands: register, immediate and memory, all widths.</summary>
internal static unsafe class BinaryForms<TOperation> where TOperation : struct, IBinaryOperation
{
    public static void Bind(Binding b)
    {
        switch (b.Size)
        {
            case 1: Bind<byte>(b); break;
            case 2: Bind<ushort>(b); break;
            case 4: Bind<uint>(b); break;
            case 8: Bind<ulong>(b); break;
        }
    }

    private static void Bind<T>(Binding b) where T : unmanaged, IBinaryInteger<T>
    {
        if (b.FlagsLive) Bind<T, LiveFlags>(b);
        else Bind<T, DeadFlags>(b);
    }

    private static void Bind<T, TFlags>(Binding b) where T : unmanaged, IBinaryInteger<T> where TFlags : IFlagMode
    {
        b.Op->Handler = (b.IsMemory(0), b.IsMemory(1), b.IsRegister(1)) switch
        {
            (_, true, _) => Forms.ByAddress<ReadForms<RegisterMemory<TFlags>>, T>(b.Form),
            (true, _, true) => TOperation.StoresResult
                ? Forms.ByAddress<ModifyForms<MemoryRegister<TFlags>>, T>(b.Form)
                : Forms.ByAddress<ReadForms<MemoryRegister<TFlags>>, T>(b.Form),
            (true, _, _) => TOperation.StoresResult
                ? Forms.ByAddress<ModifyForms<MemoryImmediate<TFlags>>, T>(b.Form)
                : Forms.ByAddress<ReadForms<MemoryImmediate<TFlags>>, T>(b.Form),
            (_, _, true) => &RegisterRegister<T, TFlags>,
            _ => &RegisterImmediate<T, TFlags>,
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RegisterRegister<T, TFlags>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T> where TFlags : IFlagMode
    {
        T result = TOperation.Apply<T, TFlags>(s, Registers.Read<T>(s, op->Destination), Registers.Read<T>(s, op->Source));
        if (TOperation.StoresResult) Registers.Write(s, op->Destination, result);
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RegisterImmediate<T, TFlags>(CpuState* s, Op* op) where T : unmanaged, IBinaryInteger<T> where TFlags : IFlagMode
    {
        T result = TOperation.Apply<T, TFlags>(s, Registers.Read<T>(s, op->Destination), *(T*)&op->Immediate);
        if (TOperation.StoresResult) Registers.Write(s, op->Destination, result);
        (op + 1)->Handler(s, op + 1);
    }

    private readonly struct RegisterMemory<TFlags> : IReader where TFlags : IFlagMode
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Use<T>(CpuState* s, Op* op, T value) where T : unmanaged, IBinaryInteger<T>
        {
            T result = TOperation.Apply<T, TFlags>(s, Registers.Read<T>(s, op->Destination), value);
            if (TOperation.StoresResult) Registers.Write(s, op->Destination, result);
        }
    }

    private readonly struct MemoryRegister<TFlags> : IReader, IModifier where TFlags : IFlagMode
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Use<T>(CpuState* s, Op* op, T value) where T : unmanaged, IBinaryInteger<T> => Change(s, op, value);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Change<T>(CpuState* s, Op* op, T value) where T : unmanaged, IBinaryInteger<T> =>
            TOperation.Apply<T, TFlags>(s, value, Registers.Read<T>(s, op->Source));
    }

    private readonly struct MemoryImmediate<TFlags> : IReader, IModifier where TFlags : IFlagMode
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Use<T>(CpuState* s, Op* op, T value) where T : unmanaged, IBinaryInteger<T> => Change(s, op, value);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Change<T>(CpuState* s, Op* op, T value) where T : unmanaged, IBinaryInteger<T> =>
            TOperation.Apply<T, TFlags>(s, value, *(T*)&op->Immediate);
    }
}
