using TestLab.Processor.FloatingPoint;

namespace TestLab.Processor.Tests.FloatingPoint;

/// <summary>The x87 instructions the judge knows that must be the same to the last bit, with our answers.</summary>
internal static class X87Operations
{
    private const uint C0 = 0x100;
    private const uint C1 = 0x200;
    private const uint C2 = 0x400;
    private const uint C3 = 0x4000;
    private const uint Exceptions = 0x3F;
    private const uint AllConditions = C0 | C1 | C2 | C3;

    private delegate Float80 Binary(FloatOperand first, FloatOperand second, ref FloatContext context);

    private delegate Float80 Remainder(
        Float80 first, Float80 second, out bool isPartial, out byte quotient, ref FloatContext context);

    private delegate Float80 Load(UInt128 memory, ref FloatContext context);

    private delegate UInt128 Store(Float80 value, ref FloatContext context);

    private delegate uint Condition(FloatOperand first, FloatOperand second, ref FloatContext context);

    public static IEnumerable<JudgedOperation> All() =>
        [.. Arithmetic(), .. MemoryArithmetic(), .. Comparisons(), .. Loads(), .. Stores()];

    private static IEnumerable<JudgedOperation> Arithmetic() =>
    [
        Register("fadd", 0, Float80Arithmetic.Add),
        Register("fsub", 1, Float80Arithmetic.Subtract),
        Register("fsubr", 2, (a, b, ref c) => Float80Arithmetic.Subtract(b, a, ref c)),
        Register("fmul", 3, Float80Arithmetic.Multiply),
        Register("fdiv", 4, Float80Arithmetic.Divide),
        Register("fdivr", 5, (a, b, ref c) => Float80Arithmetic.Divide(b, a, ref c)),
        Reduction("fprem", 6, Float80Remainder.Truncating),
        Reduction("fprem1", 7, Float80Remainder.Nearest),
        new("fscale", 8, DrawScale, (in JudgeRequest request, ref JudgeReply reply) =>
        {
            FloatContext context = FloatContext.FromControlWord((ushort)request.Control);
            Float80 result = Float80Arithmetic.Scale(ToFloat80(request.First), ToFloat80(request.Second), ref context);
            Finish(request, ref reply, context, context.SuppressesOperation ? null : result);
        }, Exceptions | C1),
        Single("fsqrt", 20, Float80Arithmetic.SquareRoot),
        Single("frndint", 21, Float80Arithmetic.RoundToIntegral),
        new("fxtract", 22, DrawRegisters, (in JudgeRequest request, ref JudgeReply reply) =>
        {
            FloatContext context = FloatContext.FromControlWord((ushort)request.Control);
            Float80 significand =
                Float80Arithmetic.Extract(ToFloat80(request.First), out Float80 exponent, ref context);
            Finish(request, ref reply, context, context.SuppressesOperation ? null : significand);
            reply.Second = context.SuppressesOperation ? Bits(request.Second) : ToBits(exponent);
        }, Exceptions | C1),
    ];

    private static IEnumerable<JudgedOperation> MemoryArithmetic() =>
    [
        FromMemory32("fadd m32", 36, Float80Arithmetic.Add),
        FromMemory64("fadd m64", 37, Float80Arithmetic.Add),
        FromMemory32("fdiv m32", 38, Float80Arithmetic.Divide),
        FromMemory64("fdivr m64", 39, (a, b, ref c) => Float80Arithmetic.Divide(b, a, ref c)),
        FromMemoryInteger("fiadd m16", 40, 16, Float80Arithmetic.Add),
        FromMemoryInteger("fidiv m32", 41, 32, Float80Arithmetic.Divide),
        FromMemory64("fmul m64", 52, Float80Arithmetic.Multiply),
    ];

    private static IEnumerable<JudgedOperation> Comparisons() =>
    [
        Flags("fcom", 9, DrawRegisters, FloatOperand.From,
            (a, b, ref c) => Relation(Float80Arithmetic.Compare(a, b, ref c))),
        Flags("fucom", 10, DrawRegisters, FloatOperand.From,
            (a, b, ref c) => Relation(Float80Arithmetic.CompareQuiet(a, b, ref c))),
        Flags("ftst", 29, DrawRegisters, _ => FloatOperand.From(Float80.Zero),
            (a, b, ref c) => Relation(Float80Arithmetic.Compare(a, b, ref c))),
        new("fcom m32", 42, DrawMemory32, (in JudgeRequest request, ref JudgeReply reply) =>
        {
            FloatContext context = FloatContext.FromControlWord((ushort)request.Control);
            FloatOperand second = FloatOperand.FromBinary32((uint)request.Second);
            uint flags = Relation(Float80Arithmetic.Compare(ToFloat80(request.First), second, ref context));
            Finish(request, ref reply, context, null);
            reply.Status |= flags;
        }, Exceptions | AllConditions),
        Flags("fxam", 23, DrawRegisters, FloatOperand.From, (a, b, ref c) => (a.IsNegative ? C1 : 0) | Class(a.Class)),
    ];

    private static IEnumerable<JudgedOperation> Loads() =>
    [
        FromMemory("fld m32", 30, DrawMemory32, (m, ref c) => Float80Conversion.FromBinary32((uint)m, ref c)),
        FromMemory("fld m64", 31, DrawMemory64, (m, ref c) => Float80Conversion.FromBinary64((ulong)m, ref c)),
        FromMemory("fild m16", 32, DrawMemoryInteger, (m, ref c) => Float80Conversion.FromInteger((short)m)),
        FromMemory("fild m32", 33, DrawMemoryInteger, (m, ref c) => Float80Conversion.FromInteger((int)m)),
        FromMemory("fild m64", 34, DrawMemoryInteger, (m, ref c) => Float80Conversion.FromInteger((long)m)),
        Constant("fld1", 60, _ => Float80Constants.One),
        Constant("fldl2t", 61, Float80Constants.BinaryLogarithmOfTen),
        Constant("fldl2e", 62, Float80Constants.BinaryLogarithmOfE),
        Constant("fldpi", 63, Float80Constants.Pi),
        Constant("fldlg2", 64, Float80Constants.DecimalLogarithmOfTwo),
        Constant("fldln2", 65, Float80Constants.NaturalLogarithmOfTwo),
        Constant("fldz", 66, _ => Float80Constants.Zero),
        FromMemory("fbld", 35, DrawDecimal,
            (m, ref c) => new PackedDecimal((ulong)m, (ushort)(m >> 64)).ToFloat80()),
    ];

    private static IEnumerable<JudgedOperation> Stores() =>
    [
        ToMemory("fst m32", 43, 32, false, (v, ref c) => Float80Conversion.ToBinary32(v, ref c)),
        ToMemory("fst m64", 44, 64, false, (v, ref c) => Float80Conversion.ToBinary64(v, ref c)),
        ToMemory("fist m16", 45, 16, false, (v, ref c) => (ushort)Float80Conversion.ToInt16(v, c.Rounding, ref c)),
        ToMemory("fist m32", 46, 32, false, (v, ref c) => (uint)Float80Conversion.ToInt32(v, c.Rounding, ref c)),
        ToMemory("fistp m64", 47, 64, true, (v, ref c) => (ulong)Float80Conversion.ToInt64(v, c.Rounding, ref c)),
        ToMemory("fisttp m16", 48, 16, true,
            (v, ref c) => (ushort)Float80Conversion.ToInt16(v, RoundingMode.Zero, ref c)),
        ToMemory("fisttp m32", 49, 32, true,
            (v, ref c) => (uint)Float80Conversion.ToInt32(v, RoundingMode.Zero, ref c)),
        ToMemory("fisttp m64", 50, 64, true,
            (v, ref c) => (ulong)Float80Conversion.ToInt64(v, RoundingMode.Zero, ref c)),
        ToMemory("fbstp", 51, 80, true, (v, ref c) =>
        {
            PackedDecimal result = PackedDecimal.From(v, ref c);
            return ((UInt128)result.HighDigits << 64) | result.LowDigits;
        }),
    ];

    private static JudgedOperation Register(string name, uint number, Binary operation) =>
        new(name, number, DrawRegisters, (in JudgeRequest request, ref JudgeReply reply) =>
            Apply(request, ref reply, FloatOperand.From(ToFloat80(request.Second)), operation), Exceptions | C1);

    private static JudgedOperation Single(string name, uint number, Func80 operation) =>
        Register(name, number, (a, b, ref c) => throw new InvalidOperationException()) with
        {
            Answer = (in JudgeRequest request, ref JudgeReply reply) =>
            {
                FloatContext context = FloatContext.FromControlWord((ushort)request.Control);
                Float80 result = operation(ToFloat80(request.First), ref context);
                Finish(request, ref reply, context, context.SuppressesOperation ? null : result);
            },
        };

    private delegate Float80 Func80(Float80 value, ref FloatContext context);

    private static JudgedOperation FromMemory32(string name, uint number, Binary operation) =>
        new(name, number, DrawMemory32, (in JudgeRequest request, ref JudgeReply reply) =>
            Apply(request, ref reply, FloatOperand.FromBinary32((uint)request.Second), operation), Exceptions | C1);

    private static JudgedOperation FromMemory64(string name, uint number, Binary operation) =>
        new(name, number, DrawMemory64, (in JudgeRequest request, ref JudgeReply reply) =>
            Apply(request, ref reply, FloatOperand.FromBinary64((ulong)request.Second), operation), Exceptions | C1);

    private static JudgedOperation FromMemoryInteger(string name, uint number, int width, Binary operation) =>
        new(name, number, DrawMemoryInteger, (in JudgeRequest request, ref JudgeReply reply) =>
        {
            long integer = (long)((ulong)request.Second << (64 - width)) >> (64 - width);
            Apply(request, ref reply, FloatOperand.FromInteger(integer), operation);
        }, Exceptions | C1);

    private static JudgedOperation Reduction(string name, uint number, Remainder operation) =>
        new(name, number, DrawRegisters, (in JudgeRequest request, ref JudgeReply reply) =>
        {
            FloatContext context = FloatContext.FromControlWord((ushort)request.Control);
            Float80 result = operation(
                ToFloat80(request.First), ToFloat80(request.Second), out bool isPartial, out byte q, ref context);
            Finish(request, ref reply, context, context.SuppressesOperation ? null : result);
            uint quotient = ((q & 4) != 0 ? C0 : 0) | ((q & 2) != 0 ? C3 : 0) | ((q & 1) != 0 ? C1 : 0);
            reply.Status |= quotient | (isPartial ? C2 : 0);
        }, Exceptions | AllConditions);

    private static JudgedOperation Flags(
        string name,
        uint number,
        JudgedOperation.Draw draw,
        Func<Float80, FloatOperand> second,
        Condition condition) =>
        new(name, number, draw, (in JudgeRequest request, ref JudgeReply reply) =>
        {
            FloatContext context = FloatContext.FromControlWord((ushort)request.Control);
            uint flags = condition(ToFloat80(request.First), second(ToFloat80(request.Second)), ref context);
            Finish(request, ref reply, context, null);
            reply.Status |= flags;
        }, Exceptions | AllConditions);

    private static JudgedOperation FromMemory(string name, uint number, JudgedOperation.Draw draw, Load load) =>
        new(name, number, draw, (in JudgeRequest request, ref JudgeReply reply) =>
        {
            FloatContext context = FloatContext.FromControlWord((ushort)request.Control);
            Float80 result = load(request.Second, ref context);
            Finish(request, ref reply, context, null);
            if (!context.SuppressesLoad)
            {
                reply.First = ToBits(result);
                reply.Second = Bits(request.First);
            }
        }, Exceptions | C1);

    private static JudgedOperation Constant(string name, uint number, Func<RoundingMode, Float80> constant) =>
        FromMemory(name, number, DrawRegisters, (m, ref c) => constant(c.Rounding));

    private static JudgedOperation ToMemory(string name, uint number, int width, bool pops, Store store) =>
        new(name, number, DrawRegisters, (in JudgeRequest request, ref JudgeReply reply) =>
        {
            FloatContext context = FloatContext.FromControlWord((ushort)request.Control);
            UInt128 result = store(ToFloat80(request.First), ref context);
            Finish(request, ref reply, context, null);
            if (!context.SuppressesStore)
            {
                reply.Memory = (request.Second >> width << width) | result;
            }

            if (pops)
            {
                reply.First = reply.Second = 0; // The judge tells nothing of these.
            }
        }, Exceptions | C1);

    private static void Apply(
        in JudgeRequest request, ref JudgeReply reply, in FloatOperand second, Binary operation)
    {
        FloatContext context = FloatContext.FromControlWord((ushort)request.Control);
        Float80 result = operation(ToFloat80(request.First), second, ref context);
        Finish(request, ref reply, context, context.SuppressesOperation ? null : result);
    }

    private static void Finish(
        in JudgeRequest request, ref JudgeReply reply, in FloatContext context, Float80? result)
    {
        reply.First = result is { } value ? ToBits(value) : Bits(request.First);
        reply.Second = Bits(request.Second);
        reply.Memory = request.Second;
        reply.Status = (uint)context.Reported | (context.RoundedUp ? C1 : 0);
    }

    private static uint Relation(FloatRelation relation) => relation switch
    {
        FloatRelation.Less => C0,
        FloatRelation.Equal => C3,
        FloatRelation.Greater => 0,
        _ => C3 | C2 | C0,
    };

    private static uint Class(FloatClass floatClass) => floatClass switch
    {
        FloatClass.Unsupported => 0,
        FloatClass.QuietNaN or FloatClass.SignallingNaN => C0,
        FloatClass.Normal => C2,
        FloatClass.Infinity => C2 | C0,
        FloatClass.Zero => C3,
        _ => C3 | C2,
    };

    private static UInt128 Bits(UInt128 memory) => memory & ((UInt128.One << 80) - 1);

    private static UInt128 ToBits(Float80 value) => ((UInt128)value.SignExponent << 64) | value.Significand;

    private static Float80 ToFloat80(UInt128 bits) => new((ulong)bits, (ushort)(bits >> 64));

    private static void DrawRegisters(OperandSource source, ref JudgeRequest request)
    {
        request.Control = source.NextControlWord();
        request.First = source.NextFloat80();
        request.Second = source.NextFloat80Near(request.First);
    }

    private static void DrawScale(OperandSource source, ref JudgeRequest request)
    {
        request.Control = source.NextControlWord();
        request.First = source.NextFloat80();
        request.Second = source.NextFloat80(source.Below(4) == 0 ? source.Below(32768) : 16383 - 4 + source.Below(24));
    }

    private static void DrawMemory32(OperandSource source, ref JudgeRequest request)
    {
        request.Control = source.NextControlWord();
        request.First = source.NextFloat80();
        request.Second = source.NextBinary32();
    }

    private static void DrawMemory64(OperandSource source, ref JudgeRequest request)
    {
        request.Control = source.NextControlWord();
        request.First = source.NextFloat80();
        request.Second = source.NextBinary64();
    }

    private static void DrawMemoryInteger(OperandSource source, ref JudgeRequest request)
    {
        request.Control = source.NextControlWord();
        request.First = source.NextFloat80();
        request.Second = (ulong)source.NextInteger();
    }

    private static void DrawDecimal(OperandSource source, ref JudgeRequest request)
    {
        request.Control = source.NextControlWord();
        request.First = source.NextFloat80();
        request.Second = 0;
        for (int digit = 0; digit < 18; digit++)
        {
            request.Second |= (UInt128)(uint)source.Below(10) << (digit * 4);
        }

        request.Second |= (UInt128)source.Bits() << 72 & ((UInt128)0xFF << 72);
    }
}
