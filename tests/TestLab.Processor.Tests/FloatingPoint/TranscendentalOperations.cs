using TestLab.Processor.FloatingPoint;

namespace TestLab.Processor.Tests.FloatingPoint;

/// <summary>The x87 instructions whose last bit hosts do not agree on, with our answers.</summary>
internal static class TranscendentalOperations
{
    private const uint C2 = 0x400;

    private delegate Float80 Operation(Float80 first, Float80 second, ref Outcome outcome);

    public static IEnumerable<JudgedOperation> All() =>
    [
        Make("f2xm1", 24, DrawBelowOne, (a, b, ref o) => Float80Logarithms.ExponentialMinusOne(a, ref o.Context)),
        Make("fyl2x", 12, DrawLogarithm, (a, b, ref o) => Float80Logarithms.Logarithm(b, a, ref o.Context)),
        Make("fyl2xp1", 13, DrawNearOne, (a, b, ref o) => Float80Logarithms.LogarithmOfOnePlus(b, a, ref o.Context)),
        Make("fpatan", 11, DrawPair, (a, b, ref o) => Float80InverseTangent.Evaluate(b, a, ref o.Context)),
        Make("fsin", 25, DrawAngle, (a, b, ref o) => Float80Trigonometry.Sine(a, out o.IsOutOfRange, ref o.Context)),
        Make("fcos", 26, DrawAngle, (a, b, ref o) => Float80Trigonometry.Cosine(a, out o.IsOutOfRange, ref o.Context)),
        Make("fsincos", 27, DrawAngle, (a, b, ref o) =>
        {
            Float80 sine = Float80Trigonometry.SineAndCosine(a, out Float80 cosine, out o.IsOutOfRange, ref o.Context);
            o.Pushed = sine;
            return cosine;
        }),
        Make("fptan", 28, DrawAngle, (a, b, ref o) =>
        {
            Float80 tangent = Float80Trigonometry.Tangent(a, out Float80 one, out o.IsOutOfRange, ref o.Context);
            o.Pushed = tangent;
            return one;
        }),
    ];

    private static JudgedOperation Make(
        string name, uint number, JudgedOperation.Draw draw, Operation operation) =>
        new(name, number, draw, (in JudgeRequest request, ref JudgeReply reply) =>
        {
            Outcome outcome = new() { Context = FloatContext.FromControlWord((ushort)request.Control) };
            Float80 first = new((ulong)request.First, (ushort)(request.First >> 64));
            Float80 second = new((ulong)request.Second, (ushort)(request.Second >> 64));
            Float80 result = operation(first, second, ref outcome);
            bool isWritten = !outcome.Context.SuppressesOperation && !outcome.IsOutOfRange;
            bool pops = number is >= 11 and <= 13;
            reply.First = isWritten ? ToBits(result) : ToBits(first);
            reply.Second = pops ? 0 : ToBits(isWritten && outcome.Pushed is { } pushed ? pushed : second);
            reply.Memory = request.Second;
            reply.Status = (uint)outcome.Context.Reported | (outcome.IsOutOfRange ? C2 : 0);
        }, 0x3F | C2);

    private static UInt128 ToBits(Float80 value) => ((UInt128)value.SignExponent << 64) | value.Significand;

    private static void DrawPair(OperandSource source, ref JudgeRequest request)
    {
        request.Control = source.NextControlWord();
        request.First = source.NextFloat80();
        request.Second = source.NextFloat80Near(request.First);
    }

    private static void DrawAngle(OperandSource source, ref JudgeRequest request)
    {
        DrawPair(source, ref request);
        request.First = source.Below(4) switch
        {
            0 => request.First,
            1 => source.NextAngleNearQuarterTurn(),
            _ => source.NextFloat80(16383 - 20 + source.Below(30)),
        };
    }

    private static void DrawBelowOne(OperandSource source, ref JudgeRequest request)
    {
        DrawPair(source, ref request);
        int biased = source.Below(4) switch { 0 => 0x7FFF, 1 => source.Below(16383), _ => 16382 - source.Below(12) };
        request.First = source.NextFloat80(biased);
    }

    private static void DrawLogarithm(OperandSource source, ref JudgeRequest request)
    {
        DrawPair(source, ref request);
        request.First = source.Below(3) == 0 ? request.First : source.NextFloat80(16382 + source.Below(2));
        request.First &= source.Below(8) == 0 ? UInt128.MaxValue : (UInt128.One << 79) - 1;
    }

    private static void DrawNearOne(OperandSource source, ref JudgeRequest request)
    {
        DrawPair(source, ref request);
        int biased = source.Below(6) switch { 0 => 0x7FFF, 1 => source.Below(16380), _ => 16380 - source.Below(30) };
        request.First = source.NextFloat80(biased);
    }

    private struct Outcome
    {
        public FloatContext Context;
        public bool IsOutOfRange;
        public Float80? Pushed;
    }
}
