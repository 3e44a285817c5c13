using System.Numerics;
using System.Runtime.CompilerServices;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
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
        if (b.IsMemory(0) || b.IsMemory(1))
        {
            switch (b.Form)
            {
                case AddressForm.Flat64: Bind<T, TFlags, Flat64>(b); break;
                case AddressForm.Based64: Bind<T, TFlags, Based64>(b); break;
                case AddressForm.Flat32: Bind<T, TFlags, Flat32>(b); break;
                default: Bind<T, TFlags, Segmented>(b); break;
            }
        }
        else if (b.IsRegister(1))
        {
            b.Op->Handler = &RegisterRegister<T, TFlags>;
        }
        else
        {
            b.Op->Handler = &RegisterImmediate<T, TFlags>;
        }
    }

    private static void Bind<T, TFlags, TAddress>(Binding b)
        where T : unmanaged, IBinaryInteger<T> where TFlags : IFlagMode where TAddress : IAddress
    {
        if (b.IsMemory(1)) b.Op->Handler = &RegisterMemory<T, TFlags, TAddress>;
        else if (!TOperation.StoresResult) b.Op->Handler = b.IsRegister(1) ? &TestRegister<T, TFlags, TAddress> : &TestImmediate<T, TFlags, TAddress>;
        else b.Op->Handler = b.IsRegister(1) ? &MemoryRegister<T, TFlags, TAddress> : &MemoryImmediate<T, TFlags, TAddress>;
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RegisterMemory<T, TFlags, TAddress>(CpuState* s, Op* op)
        where T : unmanaged, IBinaryInteger<T> where TFlags : IFlagMode where TAddress : IAddress
    {
        T* place = Access.Read<T>(s, op, TAddress.Of(s, op, sizeof(T), write: false));
        if (place == null) return;
        T result = TOperation.Apply<T, TFlags>(s, Registers.Read<T>(s, op->Destination), *place);
        if (TOperation.StoresResult) Registers.Write(s, op->Destination, result);
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MemoryRegister<T, TFlags, TAddress>(CpuState* s, Op* op)
        where T : unmanaged, IBinaryInteger<T> where TFlags : IFlagMode where TAddress : IAddress
    {
        T* place = Access.Modify<T>(s, op, TAddress.Of(s, op, sizeof(T), write: true));
        if (place == null) return;
        *place = TOperation.Apply<T, TFlags>(s, *place, Registers.Read<T>(s, op->Source));
        Access.Commit(s, place);
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MemoryImmediate<T, TFlags, TAddress>(CpuState* s, Op* op)
        where T : unmanaged, IBinaryInteger<T> where TFlags : IFlagMode where TAddress : IAddress
    {
        T* place = Access.Modify<T>(s, op, TAddress.Of(s, op, sizeof(T), write: true));
        if (place == null) return;
        *place = TOperation.Apply<T, TFlags>(s, *place, *(T*)&op->Immediate);
        Access.Commit(s, place);
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TestRegister<T, TFlags, TAddress>(CpuState* s, Op* op)
        where T : unmanaged, IBinaryInteger<T> where TFlags : IFlagMode where TAddress : IAddress
    {
        T* place = Access.Read<T>(s, op, TAddress.Of(s, op, sizeof(T), write: false));
        if (place == null) return;
        TOperation.Apply<T, TFlags>(s, *place, Registers.Read<T>(s, op->Source));
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TestImmediate<T, TFlags, TAddress>(CpuState* s, Op* op)
        where T : unmanaged, IBinaryInteger<T> where TFlags : IFlagMode where TAddress : IAddress
    {
        T* place = Access.Read<T>(s, op, TAddress.Of(s, op, sizeof(T), write: false));
        if (place == null) return;
        TOperation.Apply<T, TFlags>(s, *place, *(T*)&op->Immediate);
        (op + 1)->Handler(s, op + 1);
    }
}
