using TestLab.Processor.FloatingPoint;

namespace TestLab.Processor.Tests.FloatingPoint;

/// <summary>The SSE instructions the judge knows, with our answers.</summary>
internal static class SseOperations
{
    private const uint CarryParityZeroFlags = 0x45;

    private delegate ulong Binary(ulong first, ulong second, ref FloatContext context);

    private delegate ulong Unary(ulong value, ref FloatContext context);

    public static IEnumerable<JudgedOperation> All() => [.. Singles(), .. Doubles(), .. Packed()];

    private static IEnumerable<JudgedOperation> Singles() =>
    [
        Pair32("addss", 100, (a, b, ref c) => Binary32.Add((uint)a, (uint)b, ref c)),
        Pair32("subss", 101, (a, b, ref c) => Binary32.Subtract((uint)a, (uint)b, ref c)),
        Pair32("mulss", 102, (a, b, ref c) => Binary32.Multiply((uint)a, (uint)b, ref c)),
        Pair32("divss", 103, (a, b, ref c) => Binary32.Divide((uint)a, (uint)b, ref c)),
        Pair32("sqrtss", 104, (a, b, ref c) => Binary32.SquareRoot((uint)a, ref c)),
        Pair32("minss", 105, (a, b, ref c) => Binary32.Minimum((uint)a, (uint)b, ref c)),
        Pair32("maxss", 106, (a, b, ref c) => Binary32.Maximum((uint)a, (uint)b, ref c)),
        Relation("comiss", 107, Draw32, (a, b, ref c) => (ulong)Binary32.Compare((uint)a, (uint)b, ref c)),
        Relation("ucomiss", 108, Draw32, (a, b, ref c) => (ulong)Binary32.CompareQuiet((uint)a, (uint)b, ref c)),
        Pair32("roundss 0", 109, (a, b, ref c) => Binary32.RoundToIntegral((uint)a, RoundingMode.Nearest, ref c)),
        Pair32("roundss 1", 110, (a, b, ref c) => Binary32.RoundToIntegral((uint)a, RoundingMode.Down, ref c)),
        Pair32("roundss 2", 111, (a, b, ref c) => Binary32.RoundToIntegral((uint)a, RoundingMode.Up, ref c)),
        Pair32("roundss 3", 112, (a, b, ref c) => Binary32.RoundToIntegral((uint)a, RoundingMode.Zero, ref c)),
        FromInteger("cvtsi2ss", 113, uint.MaxValue, (ulong a, ref FloatContext c) =>
            Binary32.FromInt32((int)a, ref c)),
        FromInteger("cvtsi2ss 64", 114, uint.MaxValue,
            (ulong a, ref FloatContext c) => Binary32.FromInt64((long)a, ref c)),
        ToInteger("cvtss2si", 115, Draw32, (ulong a, ref FloatContext c) => (uint)Binary32.ToInt32((uint)a, ref c)),
        ToInteger("cvtss2si 64", 116, Draw32,
            (ulong a, ref FloatContext c) => (ulong)Binary32.ToInt64((uint)a, ref c)),
        ToInteger("cvttss2si", 117, Draw32,
            (ulong a, ref FloatContext c) => (uint)Binary32.ToInt32((uint)a, RoundingMode.Zero, ref c)),
        ToInteger("cvttss2si 64", 118, Draw32,
            (ulong a, ref FloatContext c) => (ulong)Binary32.ToInt64((uint)a, RoundingMode.Zero, ref c)),
        Scalar("cvtss2sd", 119, Draw32, ulong.MaxValue, (a, b, ref c) => Binary32.ToBinary64((uint)a, ref c)),
    ];

    private static IEnumerable<JudgedOperation> Doubles() =>
    [
        Pair64("addsd", 130, Binary64.Add),
        Pair64("subsd", 131, Binary64.Subtract),
        Pair64("mulsd", 132, Binary64.Multiply),
        Pair64("divsd", 133, Binary64.Divide),
        Pair64("sqrtsd", 134, (a, b, ref c) => Binary64.SquareRoot(a, ref c)),
        Pair64("minsd", 135, Binary64.Minimum),
        Pair64("maxsd", 136, Binary64.Maximum),
        Relation("comisd", 137, Draw64, (a, b, ref c) => (ulong)Binary64.Compare(a, b, ref c)),
        Relation("ucomisd", 138, Draw64, (a, b, ref c) => (ulong)Binary64.CompareQuiet(a, b, ref c)),
        Pair64("roundsd 0", 139, (a, b, ref c) => Binary64.RoundToIntegral(a, RoundingMode.Nearest, ref c)),
        Pair64("roundsd 1", 140, (a, b, ref c) => Binary64.RoundToIntegral(a, RoundingMode.Down, ref c)),
        Pair64("roundsd 2", 141, (a, b, ref c) => Binary64.RoundToIntegral(a, RoundingMode.Up, ref c)),
        Pair64("roundsd 3", 142, (a, b, ref c) => Binary64.RoundToIntegral(a, RoundingMode.Zero, ref c)),
        FromInteger("cvtsi2sd", 143, ulong.MaxValue,
            (ulong a, ref FloatContext c) => Binary64.FromInt32((int)a, ref c)),
        FromInteger("cvtsi2sd 64", 144, ulong.MaxValue,
            (ulong a, ref FloatContext c) => Binary64.FromInt64((long)a, ref c)),
        ToInteger("cvtsd2si", 145, Draw64, (ulong a, ref FloatContext c) => (uint)Binary64.ToInt32(a, ref c)),
        ToInteger("cvtsd2si 64", 146, Draw64, (ulong a, ref FloatContext c) => (ulong)Binary64.ToInt64(a, ref c)),
        ToInteger("cvttsd2si", 147, Draw64,
            (ulong a, ref FloatContext c) => (uint)Binary64.ToInt32(a, RoundingMode.Zero, ref c)),
        ToInteger("cvttsd2si 64", 148, Draw64,
            (ulong a, ref FloatContext c) => (ulong)Binary64.ToInt64(a, RoundingMode.Zero, ref c)),
        Scalar("cvtsd2ss", 149, Draw64, uint.MaxValue, (a, b, ref c) => Binary64.ToBinary32(a, ref c)),
    ];

    private static IEnumerable<JudgedOperation> Packed() =>
    [
        Lanes("addps", 160, (a, b, ref c) => Binary32.Add((uint)a, (uint)b, ref c)),
        Lanes("divps", 161, (a, b, ref c) => Binary32.Divide((uint)a, (uint)b, ref c)),
    ];

    private static JudgedOperation Pair32(string name, uint number, Binary operation) =>
        Scalar(name, number, Draw32, uint.MaxValue, operation);

    private static JudgedOperation Pair64(string name, uint number, Binary operation) =>
        Scalar(name, number, Draw64, ulong.MaxValue, operation);

    private static JudgedOperation Scalar(
        string name, uint number, JudgedOperation.Draw draw, ulong resultMask, Binary operation) =>
        new(name, number, draw, (in JudgeRequest request, ref JudgeReply reply) =>
        {
            FloatContext context = FloatContext.FromMxcsr(request.Control);
            ulong result = operation((ulong)request.First, (ulong)request.Second, ref context);
            Finish(context, request, ref reply);
            reply.First = (request.First & ~(UInt128)resultMask) | result;
        });

    private static JudgedOperation FromInteger(string name, uint number, ulong resultMask, Unary operation) =>
        Scalar(
            name,
            number,
            (OperandSource source, ref JudgeRequest request) =>
            {
                request.Control = source.NextMxcsr();
                request.First = (ulong)source.NextInteger();
            },
            resultMask,
            (a, b, ref c) => operation(a, ref c));

    private static JudgedOperation ToInteger(
        string name, uint number, JudgedOperation.Draw draw, Unary operation) =>
        new(name, number, draw, (in JudgeRequest request, ref JudgeReply reply) =>
        {
            FloatContext context = FloatContext.FromMxcsr(request.Control);
            ulong result = operation((ulong)request.First, ref context);
            Finish(context, request, ref reply);
            reply.Second = result;
        });

    private static JudgedOperation Relation(
        string name, uint number, JudgedOperation.Draw draw, Binary operation) =>
        new(name, number, draw, (in JudgeRequest request, ref JudgeReply reply) =>
        {
            FloatContext context = FloatContext.FromMxcsr(request.Control);
            FloatRelation relation =
                (FloatRelation)operation((ulong)request.First, (ulong)request.Second, ref context);
            Finish(context, request, ref reply);
            reply.Memory = relation switch
            {
                FloatRelation.Less => 0x01u,
                FloatRelation.Equal => 0x40u,
                FloatRelation.Greater => 0x00u,
                _ => CarryParityZeroFlags,
            };
        });

    private static JudgedOperation Lanes(string name, uint number, Binary operation) =>
        new(name, number, DrawLanes, (in JudgeRequest request, ref JudgeReply reply) =>
        {
            FloatContext context = FloatContext.FromMxcsr(request.Control);
            UInt128 result = default;
            for (int shift = 0; shift < 128; shift += 32)
            {
                ulong first = (uint)(request.First >> shift);
                ulong second = (uint)(request.Second >> shift);
                result |= (UInt128)operation(first, second, ref context) << shift;
            }

            Finish(context, request, ref reply);
            reply.First = result;
        });

    private static void Finish(in FloatContext context, in JudgeRequest request, ref JudgeReply reply)
    {
        reply.Status = (uint)context.Reported;
        reply.Faulted = context.Unmasked != 0 ? 1u : 0u;
        reply.First = request.First;
        reply.Second = (ulong)request.First; // RAX, where the instruction does not write it.
    }

    private static void Draw32(OperandSource source, ref JudgeRequest request)
    {
        request.Control = source.NextMxcsr();
        request.First = source.NextBinary32();
        request.Second = source.NextBinary32Near((uint)request.First);
    }

    private static void Draw64(OperandSource source, ref JudgeRequest request)
    {
        request.Control = source.NextMxcsr();
        request.First = source.NextBinary64();
        request.Second = source.NextBinary64Near((ulong)request.First);
    }

    private static void DrawLanes(OperandSource source, ref JudgeRequest request)
    {
        request.Control = source.NextMxcsr();
        request.First = request.Second = 0;
        for (int shift = 0; shift < 128; shift += 32)
        {
            uint first = source.NextBinary32();
            request.First |= (UInt128)first << shift;
            request.Second |= (UInt128)source.NextBinary32Near(first) << shift;
        }
    }
}
