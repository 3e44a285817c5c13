using System.Text;
using Iced.Intel;

namespace TestLab.Processor.Tests.Judge;

/// <summary>Runs cases on the host and in an engine and keeps what differs.</summary>
public sealed class JudgeRun(IJudgedEngine native, IJudgedEngine engine)
{
    /// <summary>A run with this many different failures has said enough.</summary>
    public const int MaximumMismatches = 2000;

    private const int BatchCases = CaseGenerator.CasesWithOneMemory;

    private readonly OutcomeComparison _comparison = new();
    private readonly CodeDecoder[] _decoders =
        [new(JudgeMode.Segmented), new(JudgeMode.Compatibility), new(JudgeMode.Long)];

    public List<Mismatch> Mismatches { get; } = [];

    /// <summary>Instructions that retired or faulted on the host.</summary>
    public long Instructions { get; private set; }

    public long Cases { get; private set; }

    /// <summary>Cases the host did not end in time, which say nothing.</summary>
    public long Timeouts { get; private set; }

    /// <summary>Cases in which the host contradicted itself.</summary>
    public long Disturbances { get; private set; }

    public void Random(CaseGenerator generator, ulong seed, long count)
    {
        for (int index = 0; index < count && Mismatches.Count < MaximumMismatches; index += BatchCases)
        {
            int length = (int)Math.Min(BatchCases, count - index);
            var cases = new JudgeCase[length];
            for (int number = 0; number < length; number++)
            {
                cases[number] = generator.Generate(index + number);
            }
            Compare(cases, seed, index);
        }
    }

    public void Compare(JudgeCase[] cases, ulong seed, int firstIndex)
    {
        JudgeOutcome[] expected = native.Run(cases);
        JudgeOutcome[] actual = engine.Run(cases);
        for (int number = 0; number < cases.Length; number++)
        {
            Cases++;
            Timeouts += expected[number].Vector == JudgeOutcome.Timeout ? 1 : 0;
            Instructions += Count(cases[number], expected[number]);
            IReadOnlyList<string> differences = _comparison.Differences(cases[number], expected[number], actual[number]);
            if (differences.Count != 0 && IsConfirmed(cases[number], actual[number]))
            {
                Mismatches.Add(Shorten(new Mismatch(seed, firstIndex + number, cases[number], differences)));
            }
        }
    }

    /// <summary>
    /// The host is heard again: a signal of the watchdog between two instructions changes what the host reports (RF), and
    /// such an outcome does not come twice. The engine's stands as it is.
    /// </summary>
    private bool IsConfirmed(JudgeCase test, JudgeOutcome actual)
    {
        if (_comparison.Differences(test, native.Run([test])[0], actual).Count != 0)
        {
            return true;
        }
        Disturbances++;
        return false;
    }

    /// <summary>The mismatches by the instruction that failed, most frequent first, with one example of each.</summary>
    public string Summary(int examplesEach = 1)
    {
        var text = new StringBuilder();
        text.AppendLine($"{Cases} cases, {Instructions} instructions, {Timeouts} timeouts, {Disturbances} disturbances, {Mismatches.Count} mismatches");
        foreach (IGrouping<string, Mismatch> culprit in Mismatches.GroupBy(each => each.Culprit).OrderByDescending(each => each.Count()))
        {
            text.AppendLine($"-- {culprit.Count()} x {culprit.Key}");
            foreach (Mismatch example in culprit.OrderBy(each => each.Case.Code.Length).Take(examplesEach))
            {
                text.Append(example);
            }
        }
        return text.ToString();
    }

    private int Count(JudgeCase test, JudgeOutcome outcome)
    {
        int count = 0;
        foreach (int end in Ends(test))
        {
            count++;
            if (outcome.InstructionPointer >= test.CodeAddress && outcome.InstructionPointer < test.CodeAddress + (ulong)end)
            {
                break;
            }
        }
        return count;
    }

    private List<int> Ends(JudgeCase test)
    {
        var ends = new List<int>();
        CodeDecoder decoder = _decoders[(int)test.Mode / 32];
        for (int offset = 0; offset < test.Code.Length;)
        {
            Instruction instruction = decoder.Decode(test.Code.AsMemory(offset), test.CodeAddress + (ulong)offset);
            offset += Math.Max(1, instruction.Length);
            ends.Add(Math.Min(offset, test.Code.Length));
            if (instruction.IsInvalid)
            {
                break;
            }
        }
        return ends;
    }

    /// <summary>Drops the instructions behind the first one with which the case fails.</summary>
    private Mismatch Shorten(Mismatch mismatch)
    {
        foreach (int end in Ends(mismatch.Case))
        {
            JudgeCase shorter = mismatch.Case with { Code = mismatch.Case.Code[..end] };
            IReadOnlyList<string> differences =
                _comparison.Differences(shorter, native.Run([shorter])[0], engine.Run([shorter])[0]);
            if (differences.Count != 0)
            {
                return mismatch with { Case = shorter, Differences = differences };
            }
        }
        return mismatch;
    }
}
