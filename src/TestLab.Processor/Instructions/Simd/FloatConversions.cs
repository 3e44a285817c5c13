using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Iced.Intel;
using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.FloatingPoint;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>CVT of all kinds: between the formats, and to and from integers in XMM, MM and general registers.</summary>
internal static unsafe class FloatConversions
{
    public static void Register(InstructionTable table)
    {
        table.Bind(Mnemonic.Cvtsi2ss, b =>
        {
            if (b.SizeOf(1) == 8) OutOfLineForms<Low<Conversions.Int64ToSingle, long, float>>.Bind(b);
            else OutOfLineForms<Low<Conversions.Int32ToSingle, int, float>>.Bind(b);
        });
        table.Bind(Mnemonic.Cvtsi2sd, b =>
        {
            if (b.SizeOf(1) == 8) OutOfLineForms<Low<Conversions.Int64ToDouble, long, double>>.Bind(b);
            else OutOfLineForms<Low<Conversions.Int32ToDouble, int, double>>.Bind(b);
        });
        BindToInteger<Conversions.Current>(table, Mnemonic.Cvtss2si, Mnemonic.Cvtsd2si);
        BindToInteger<Conversions.Truncating>(table, Mnemonic.Cvttss2si, Mnemonic.Cvttsd2si);
        table.Bind(Mnemonic.Cvtss2sd, OutOfLineForms<Low<Conversions.SingleToDouble, float, double>>.Bind);
        table.Bind(Mnemonic.Cvtsd2ss, OutOfLineForms<Low<Conversions.DoubleToSingle, double, float>>.Bind);
        table.Bind(Mnemonic.Cvtdq2ps, OutOfLineForms<All<Conversions.Int32ToSingle, int, float>>.Bind);
        table.Bind(Mnemonic.Cvtdq2pd, OutOfLineForms<All<Conversions.Int32ToDouble, int, double>>.Bind);
        table.Bind(Mnemonic.Cvtps2pd, OutOfLineForms<All<Conversions.SingleToDouble, float, double>>.Bind);
        table.Bind(Mnemonic.Cvtpd2ps, OutOfLineForms<All<Conversions.DoubleToSingle, double, float>>.Bind);
        table.Bind(Mnemonic.Cvtps2dq, OutOfLineForms<All<Conversions.SingleToInt32<Conversions.Current>, float, int>>.Bind);
        table.Bind(Mnemonic.Cvttps2dq, OutOfLineForms<All<Conversions.SingleToInt32<Conversions.Truncating>, float, int>>.Bind);
        table.Bind(Mnemonic.Cvtpd2dq, OutOfLineForms<All<Conversions.DoubleToInt32<Conversions.Current>, double, int>>.Bind);
        table.Bind(Mnemonic.Cvttpd2dq, OutOfLineForms<All<Conversions.DoubleToInt32<Conversions.Truncating>, double, int>>.Bind);
        RegisterMmx(table);
    }

    private static void RegisterMmx(InstructionTable table)
    {
        table.Bind(Mnemonic.Cvtpi2ps, BindFromMmx<Conversions.Int32ToSingle, float>);
        table.Bind(Mnemonic.Cvtpi2pd, BindFromMmx<Conversions.Int32ToDouble, double>);
        table.Bind(Mnemonic.Cvtps2pi, OutOfLineForms<ToMmx<Conversions.SingleToInt32<Conversions.Current>, float>, MmxUnit>.Bind);
        table.Bind(Mnemonic.Cvttps2pi, OutOfLineForms<ToMmx<Conversions.SingleToInt32<Conversions.Truncating>, float>, MmxUnit>.Bind);
        table.Bind(Mnemonic.Cvtpd2pi, OutOfLineForms<ToMmx<Conversions.DoubleToInt32<Conversions.Current>, double>, MmxUnit>.Bind);
        table.Bind(Mnemonic.Cvttpd2pi, OutOfLineForms<ToMmx<Conversions.DoubleToInt32<Conversions.Truncating>, double>, MmxUnit>.Bind);
    }

    /// <summary>From memory the MMX registers are not touched, and x87 exceptions not asked for.</summary>
    private static void BindFromMmx<TConversion, TTo>(Binding b)
        where TConversion : struct, IConversion<int, TTo> where TTo : unmanaged
    {
        if (b.IsMemory(1)) OutOfLineForms<FromMmx<TConversion, TTo>>.Bind(b);
        else OutOfLineForms<FromMmx<TConversion, TTo>, MmxUnit>.Bind(b);
    }

    private static void BindToInteger<TRounding>(InstructionTable table, Mnemonic single, Mnemonic number)
        where TRounding : struct, Conversions.IRounding
    {
        table.Bind(single, b =>
        {
            if (b.Size == 8) OutOfLineForms<General<Conversions.SingleToInt64<TRounding>, float, long>>.Bind(b);
            else OutOfLineForms<General<Conversions.SingleToInt32<TRounding>, float, int>>.Bind(b);
        });
        table.Bind(number, b =>
        {
            if (b.Size == 8) OutOfLineForms<General<Conversions.DoubleToInt64<TRounding>, double, long>>.Bind(b);
            else OutOfLineForms<General<Conversions.DoubleToInt32<TRounding>, double, int>>.Bind(b);
        });
    }

    /// <summary>Into the low lane; the rest stays.</summary>
    private readonly struct Low<TConversion, TFrom, TTo> : IOutOfLineOperation
        where TConversion : struct, IConversion<TFrom, TTo> where TFrom : unmanaged where TTo : unmanaged
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static bool Run(CpuState* s, Op* op, byte* right)
        {
            FloatContext context = FloatContext.FromMxcsr(s->Mxcsr);
            TTo result = TConversion.Convert(*(TFrom*)right, ref context);
            if (context.Raised != FloatExceptions.None && !FloatLanes.Complete(s, op, context)) return false;
            *(TTo*)((byte*)s + op->Destination) = result;
            return true;
        }
    }

    /// <summary>Into a general register; 32 bits are extended by zeros.</summary>
    private readonly struct General<TConversion, TFrom, TTo> : IOutOfLineOperation
        where TConversion : struct, IConversion<TFrom, TTo> where TFrom : unmanaged where TTo : unmanaged
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static bool Run(CpuState* s, Op* op, byte* right)
        {
            FloatContext context = FloatContext.FromMxcsr(s->Mxcsr);
            TTo result = TConversion.Convert(*(TFrom*)right, ref context);
            if (context.Raised != FloatExceptions.None && !FloatLanes.Complete(s, op, context)) return false;
            Registers.Write(s, op->Destination, result);
            return true;
        }
    }

    /// <summary>As many lanes as both sides have; what they leave of the register becomes zero.</summary>
    private readonly struct All<TConversion, TFrom, TTo> : IOutOfLineOperation
        where TConversion : struct, IConversion<TFrom, TTo> where TFrom : unmanaged where TTo : unmanaged
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static bool Run(CpuState* s, Op* op, byte* right)
        {
            FloatContext context = FloatContext.FromMxcsr(s->Mxcsr);
            Vector128<byte> result = default;
            for (int i = 0; i < 16 / Math.Max(sizeof(TFrom), sizeof(TTo)); i++)
                ((TTo*)&result)[i] = TConversion.Convert(((TFrom*)right)[i], ref context);
            if (context.Raised != FloatExceptions.None && !FloatLanes.Complete(s, op, context)) return false;
            Vectors128.Write(s, op->Destination, result);
            return true;
        }
    }

    /// <summary>Two integers of an MM register or memory into the low lanes; the rest stays.</summary>
    private readonly struct FromMmx<TConversion, TTo> : IOutOfLineOperation
        where TConversion : struct, IConversion<int, TTo> where TTo : unmanaged
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static bool Run(CpuState* s, Op* op, byte* right)
        {
            FloatContext context = FloatContext.FromMxcsr(s->Mxcsr);
            TTo low = TConversion.Convert(((int*)right)[0], ref context);
            TTo high = TConversion.Convert(((int*)right)[1], ref context);
            if (!FloatLanes.Complete(s, op, context)) return false;
            TTo* destination = (TTo*)((byte*)s + op->Destination);
            (destination[0], destination[1]) = (low, high);
            return true;
        }
    }

    private readonly struct ToMmx<TConversion, TFrom> : IOutOfLineOperation
        where TConversion : struct, IConversion<TFrom, int> where TFrom : unmanaged
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static bool Run(CpuState* s, Op* op, byte* right)
        {
            FloatContext context = FloatContext.FromMxcsr(s->Mxcsr);
            uint low = (uint)TConversion.Convert(((TFrom*)right)[0], ref context);
            uint high = (uint)TConversion.Convert(((TFrom*)right)[1], ref context);
            if (!FloatLanes.Complete(s, op, context)) return false;
            MmxUnit.Write(s, op->Destination, low | ((ulong)high << 32));
            return true;
        }
    }
}
