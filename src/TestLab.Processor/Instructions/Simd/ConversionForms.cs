using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.FloatingPoint;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>Conversions of one lane, from a register of either kind or memory, and of all lanes.</summary>
internal static unsafe class ConversionForms<TConversion, TFrom, TTo>
    where TConversion : struct, IConversion<TFrom, TTo> where TFrom : unmanaged where TTo : unmanaged
{
    /// <summary>Into the low lane of an XMM register; the rest stays.</summary>
    public static void BindLow(Binding b) => Bind<Lane>(b);

    /// <summary>Into a general register; 32 bits are extended by zeros.</summary>
    public static void BindGeneral(Binding b) => Bind<General>(b);

    /// <summary>As many lanes as both sides have; what they leave of the register becomes zero.</summary>
    public static void BindAll(Binding b) => OutOfLineForms<AllLanes>.Bind(b);

    private static void Bind<TTarget>(Binding b) where TTarget : struct, ITarget
    {
        if (SseUnit.BindTrap(b)) return;
        if (b.IsRegister(1)) b.Op->Handler = &Convert<TTarget>;
        else AddressForms.Bind(b,
            &Convert<TTarget, Flat64>, &Convert<TTarget, Based64>,
            &Convert<TTarget, Flat32>, &Convert<TTarget, Segmented>);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Convert<TTarget>(CpuState* s, Op* op) where TTarget : struct, ITarget
    {
        TFrom value = *(TFrom*)((byte*)s + op->Source);
        if (TConversion.IsQuick(value, s->Mxcsr)) TTarget.Write(s, op->Destination, TConversion.Quickly(value));
        else if (!ConvertExactly<TTarget>(s, op, (byte*)s + op->Source)) return;
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Convert<TTarget, TAddress>(CpuState* s, Op* op)
        where TTarget : struct, ITarget where TAddress : IAddress
    {
        TFrom* place = Access.Read<TFrom>(s, op, TAddress.Of(s, op, sizeof(TFrom), write: false));
        if (place == null) return;
        TFrom value = *place;
        if (TConversion.IsQuick(value, s->Mxcsr)) TTarget.Write(s, op->Destination, TConversion.Quickly(value));
        else if (!ConvertExactly<TTarget>(s, op, (byte*)place)) return;
        (op + 1)->Handler(s, op + 1);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool ConvertExactly<TTarget>(CpuState* s, Op* op, byte* place) where TTarget : struct, ITarget
    {
        FloatContext context = FloatContext.FromMxcsr(s->Mxcsr);
        TTo result = TConversion.Exactly(*(TFrom*)place, ref context);
        if (!FloatLanes.Complete(s, op, context)) return false;
        TTarget.Write(s, op->Destination, result);
        return true;
    }

    private interface ITarget
    {
        static abstract void Write(CpuState* s, ushort offset, TTo value);
    }

    private readonly struct Lane : ITarget
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Write(CpuState* s, ushort offset, TTo value) => *(TTo*)((byte*)s + offset) = value;
    }

    private readonly struct General : ITarget
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Write(CpuState* s, ushort offset, TTo value) => Registers.Write(s, offset, value);
    }

    private readonly struct AllLanes : IOutOfLineOperation
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static bool Run(CpuState* s, Op* op, byte* right)
        {
            int count = 16 / Math.Max(sizeof(TFrom), sizeof(TTo));
            TFrom* values = (TFrom*)right;
            Vector128<byte> result = default;
            TTo* results = (TTo*)&result;
            int quick = 0;
            for (; quick < count && TConversion.IsQuick(values[quick], s->Mxcsr); quick++)
                results[quick] = TConversion.Quickly(values[quick]);
            if (quick < count)
            {
                FloatContext context = FloatContext.FromMxcsr(s->Mxcsr);
                for (int i = 0; i < count; i++) results[i] = TConversion.Exactly(values[i], ref context);
                if (!FloatLanes.Complete(s, op, context)) return false;
            }

            Vectors128.Write(s, op->Destination, result);
            return true;
        }
    }
}
