using System.Runtime.InteropServices;

namespace TestLab.Processor.Tests.FloatingPoint;

/// <summary>
/// The same answers on every host: a digest of thousands of seeded operations, recorded on a host whose FPU agreed with
/// these operations in the judged tests. It holds the arithmetic together where there is no x86 to ask.
/// </summary>
public sealed class FloatDigestTests
{
    private const int Seed = 754;
    private const int OperandsEach = 2_000;

    [Test]
    public void SseResultsAreTheSameOnEveryHost() =>
        Assert.That(Digest(SseOperations.All()), Is.EqualTo(0x0DA7E7EB0D81FEEBUL), $"seed {Seed}");

    [Test]
    public void X87ResultsAreTheSameOnEveryHost() =>
        Assert.That(Digest(X87Operations.All()), Is.EqualTo(0x2F436CE54D3C897DUL), $"seed {Seed}");

    [Test]
    public void TranscendentalResultsAreTheSameOnEveryHost() =>
        Assert.That(Digest(TranscendentalOperations.All()), Is.EqualTo(0x105F4998883F62E2UL), $"seed {Seed}");

    /// <summary>FNV-1a over the replies.</summary>
    private static ulong Digest(IEnumerable<JudgedOperation> operations)
    {
        ulong digest = 0xCBF29CE484222325;
        OperandSource source = new(Seed);
        foreach (JudgedOperation operation in operations)
        {
            for (int index = 0; index < OperandsEach; index++)
            {
                JudgeRequest request = default;
                operation.Operands(source, ref request);
                JudgeReply reply = default;
                operation.Answer(request, ref reply);
                reply.First = reply.Faulted != 0 ? 0 : reply.First; // What is not written has no value.
                foreach (byte value in MemoryMarshal.AsBytes(new ReadOnlySpan<JudgeReply>(in reply)))
                {
                    digest = (digest ^ value) * 0x100000001B3;
                }
            }
        }

        return digest;
    }
}
