using System.Runtime.CompilerServices;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>
/// Moves of a part of a vector register to and from memory, general and other vector registers. Operands are the
/// offsets of the parts themselves.
/// </summary>
internal static unsafe class PartForms<T, TUnit> where T : unmanaged where TUnit : struct, IVectorUnit
{
    /// <summary>Into a part; the rest of the register stays.</summary>
    public static void BindInsert(Binding b)
    {
        if (b.IsMemory(1)) AddressForms.Bind(b, &Insert<Flat64>, &Insert<Based64>, &Insert<Flat32>, &Insert<Segmented>);
        else b.Op->Handler = &Insert;
    }

    /// <summary>Into the lowest part; the rest of the register becomes zero.</summary>
    public static void BindLoad(Binding b)
    {
        if (b.IsMemory(1)) AddressForms.Bind(b, &Load<Flat64>, &Load<Based64>, &Load<Flat32>, &Load<Segmented>);
        else b.Op->Handler = &Load;
    }

    /// <summary>A part to memory or, extended by zeros, to a general register.</summary>
    public static void BindExtract(Binding b)
    {
        if (b.IsMemory(0)) AddressForms.Bind(b, &Store<Flat64>, &Store<Based64>, &Store<Flat32>, &Store<Segmented>);
        else b.Op->Handler = &Extract;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Insert(CpuState* s, Op* op)
    {
        if (TUnit.IsBlocked(s, op)) return;
        TUnit.Use(s);
        *(T*)((byte*)s + op->Destination) = *(T*)((byte*)s + op->Source);
        TUnit.Wrote(s, op->Destination);
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Insert<TAddress>(CpuState* s, Op* op) where TAddress : IAddress
    {
        if (TUnit.IsBlocked(s, op)) return;
        T* place = Access.Read<T>(s, op, TAddress.Of(s, op, sizeof(T), write: false));
        if (place == null) return;
        TUnit.Use(s);
        *(T*)((byte*)s + op->Destination) = *place;
        TUnit.Wrote(s, op->Destination);
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Load(CpuState* s, Op* op)
    {
        if (TUnit.IsBlocked(s, op)) return;
        TUnit.Use(s);
        TUnit.WriteExtended(s, op->Destination, Number.ZeroExtend(*(T*)((byte*)s + op->Source)));
        TUnit.Wrote(s, op->Destination);
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Load<TAddress>(CpuState* s, Op* op) where TAddress : IAddress
    {
        if (TUnit.IsBlocked(s, op)) return;
        T* place = Access.Read<T>(s, op, TAddress.Of(s, op, sizeof(T), write: false));
        if (place == null) return;
        TUnit.Use(s);
        TUnit.WriteExtended(s, op->Destination, Number.ZeroExtend(*place));
        TUnit.Wrote(s, op->Destination);
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Store<TAddress>(CpuState* s, Op* op) where TAddress : IAddress
    {
        if (TUnit.IsBlocked(s, op)) return;
        if (!Vectors128.Store<T>(s, op, TAddress.Of(s, op, sizeof(T), write: true), op->Source)) return;
        TUnit.Use(s);
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Extract(CpuState* s, Op* op)
    {
        if (TUnit.IsBlocked(s, op)) return;
        TUnit.Use(s);
        *(ulong*)((byte*)s + op->Destination) = Number.ZeroExtend(*(T*)((byte*)s + op->Source));
        (op + 1)->Handler(s, op + 1);
    }
}
