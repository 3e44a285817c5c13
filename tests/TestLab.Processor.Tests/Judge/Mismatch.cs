using System.Text;

namespace TestLab.Processor.Tests.Judge;

/// <summary>A case, as short as it still fails, in which an engine and the host disagree.</summary>
/// <param name="Seed">The seed of the run.</param>
/// <param name="Index">The case's number in it.</param>
/// <param name="Case">The case without the instructions behind the one that fails.</param>
/// <param name="Differences">What differs; never empty.</param>
public sealed record Mismatch(ulong Seed, int Index, JudgeCase Case, IReadOnlyList<string> Differences)
{
    public string Culprit => JudgeReport.Culprit(Case);

    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine($"{Culprit}: seed {Seed} index {Index}: {JudgeReport.Disassembly(Case)}");
        foreach (string difference in Differences)
        {
            text.AppendLine($"    {difference}");
        }
        return text.AppendLine($"    \"{JudgeReport.Line(Case)}\",").ToString();
    }
}
