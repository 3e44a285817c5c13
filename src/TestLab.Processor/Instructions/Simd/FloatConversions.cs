using System.Runtime.CompilerServices;
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
            if (b.SizeOf(1) == 8) ConversionForms<Conversions.Int64ToSingle, long, float>.BindLow(b);
            else ConversionForms<Conversions.Int32ToSingle, int, float>.BindLow(b);
        });
        table.Bind(Mnemonic.Cvtsi2sd, b =>
        {
            if (b.SizeOf(1) == 8) ConversionForms<Conversions.Int64ToDouble, long, double>.BindLow(b);
            else ConversionForms<Conversions.Int32ToDouble, int, double>.BindLow(b);
        });
        BindToInteger<Conversions.Current>(table, Mnemonic.Cvtss2si, Mnemonic.Cvtsd2si);
        BindToInteger<Conversions.Truncating>(table, Mnemonic.Cvttss2si, Mnemonic.Cvttsd2si);
        table.Bind(Mnemonic.Cvtss2sd, ConversionForms<Conversions.SingleToDouble, float, double>.BindLow);
        table.Bind(Mnemonic.Cvtsd2ss, ConversionForms<Conversions.DoubleToSingle, double, float>.BindLow);
        table.Bind(Mnemonic.Cvtdq2ps, ConversionForms<Conversions.Int32ToSingle, int, float>.BindAll);
        table.Bind(Mnemonic.Cvtdq2pd, ConversionForms<Conversions.Int32ToDouble, int, double>.BindAll);
        table.Bind(Mnemonic.Cvtps2pd, ConversionForms<Conversions.SingleToDouble, float, double>.BindAll);
        table.Bind(Mnemonic.Cvtpd2ps, ConversionForms<Conversions.DoubleToSingle, double, float>.BindAll);
        table.Bind(Mnemonic.Cvtps2dq,
            ConversionForms<Conversions.SingleToInt32<Conversions.Current>, float, int>.BindAll);
        table.Bind(Mnemonic.Cvttps2dq,
            ConversionForms<Conversions.SingleToInt32<Conversions.Truncating>, float, int>.BindAll);
        table.Bind(Mnemonic.Cvtpd2dq,
            ConversionForms<Conversions.DoubleToInt32<Conversions.Current>, double, int>.BindAll);
        table.Bind(Mnemonic.Cvttpd2dq,
            ConversionForms<Conversions.DoubleToInt32<Conversions.Truncating>, double, int>.BindAll);
        RegisterMmx(table);
    }

    private static void RegisterMmx(InstructionTable table)
    {
        table.Bind(Mnemonic.Cvtpi2ps, BindFromMmx<Conversions.Int32ToSingle, float>);
        table.Bind(Mnemonic.Cvtpi2pd, BindFromMmx<Conversions.Int32ToDouble, double>);
        table.Bind(Mnemonic.Cvtps2pi,
            OutOfLineUnitForms<ToMmx<Conversions.SingleToInt32<Conversions.Current>, float>, MmxUnit>.Bind);
        table.Bind(Mnemonic.Cvttps2pi,
            OutOfLineUnitForms<ToMmx<Conversions.SingleToInt32<Conversions.Truncating>, float>, MmxUnit>.Bind);
        table.Bind(Mnemonic.Cvtpd2pi,
            OutOfLineUnitForms<ToMmx<Conversions.DoubleToInt32<Conversions.Current>, double>, MmxUnit>.Bind);
        table.Bind(Mnemonic.Cvttpd2pi,
            OutOfLineUnitForms<ToMmx<Conversions.DoubleToInt32<Conversions.Truncating>, double>, MmxUnit>.Bind);
    }

    /// <summary>From memory the MMX registers are not touched, and x87 exceptions not asked for.</summary>
    private static void BindFromMmx<TConversion, TTo>(Binding b)
        where TConversion : struct, IConversion<int, TTo> where TTo : unmanaged
    {
        if (b.IsMemory(1)) OutOfLineForms<FromMmx<TConversion, TTo>>.Bind(b);
        else OutOfLineUnitForms<FromMmx<TConversion, TTo>, MmxUnit>.Bind(b);
    }

    private static void BindToInteger<TRounding>(InstructionTable table, Mnemonic single, Mnemonic number)
        where TRounding : struct, Conversions.IRounding
    {
        table.Bind(single, b =>
        {
            if (b.Size == 8) ConversionForms<Conversions.SingleToInt64<TRounding>, float, long>.BindGeneral(b);
            else ConversionForms<Conversions.SingleToInt32<TRounding>, float, int>.BindGeneral(b);
        });
        table.Bind(number, b =>
        {
            if (b.Size == 8) ConversionForms<Conversions.DoubleToInt64<TRounding>, double, long>.BindGeneral(b);
            else ConversionForms<Conversions.DoubleToInt32<TRounding>, double, int>.BindGeneral(b);
        });
    }

    /// <summary>Two integers of an MM register or memory into the low lanes; the rest stays.</summary>
    private readonly struct FromMmx<TConversion, TTo> : IOutOfLineOperation
        where TConversion : struct, IConversion<int, TTo> where TTo : unmanaged
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static bool Run(CpuState* s, Op* op, byte* right)
        {
            FloatContext context = FloatContext.FromMxcsr(s->Mxcsr);
            TTo low = TConversion.Exactly(((int*)right)[0], ref context);
            TTo high = TConversion.Exactly(((int*)right)[1], ref context);
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
            uint low = (uint)TConversion.Exactly(((TFrom*)right)[0], ref context);
            uint high = (uint)TConversion.Exactly(((TFrom*)right)[1], ref context);
            if (!FloatLanes.Complete(s, op, context)) return false;
            MmxUnit.Write(s, op->Destination, low | ((ulong)high << 32));
            return true;
        }
    }
}
