using System.Security.Cryptography;

namespace TestLab.Processor.Tests.Judge;

/// <summary>Regression cases stay what they were.</summary>
[TestFixture]
public sealed class JudgeToolTests
{
    [Test]
    public void TheMemoryOfASeedNeverChanges() =>
        Assert.That(
            Convert.ToHexStringLower(SHA256.HashData(JudgeMemory.Fill(1))),
            Is.EqualTo("92b76a18575ea7ed0bcf096576429bd66471b383cb1efc5e4d6a87ec3ba7a941"));

    [Test]
    public void ALineMakesTheSameCaseAgain()
    {
        var generator = new CaseGenerator(3);
        for (int index = 0; index < 1000; index++)
        {
            string line = JudgeReport.Line(generator.Generate(index));
            Assert.That(JudgeReport.Line(JudgeReport.Parse(line)), Is.EqualTo(line));
        }
    }

    [Test]
    public void ACaseDependsOnlyOnSeedAndIndex()
    {
        string late = JudgeReport.Line(new CaseGenerator(4).Generate(5000));
        var generator = new CaseGenerator(4);
        for (int index = 0; index < 100; index++)
        {
            generator.Generate(index);
        }
        Assert.That(JudgeReport.Line(generator.Generate(5000)), Is.EqualTo(late));
    }

    [Test]
    public void NearlyEveryInstructionOfTheModelRetires()
    {
        if (!NativeProcessor.IsAvailable)
        {
            Assert.Ignore("The host is not Linux on x86-64, or it has no gcc.");
        }
        using var native = new NativeProcessor();
        var generator = new CaseGenerator(5);
        var retired = new HashSet<string>();
        var seen = new HashSet<string>();
        for (int batch = 0; batch < 60; batch++)
        {
            JudgeCase[] cases = Enumerable.Range(batch * 1024, 1024).Select(generator.Generate).ToArray();
            JudgeOutcome[] outcomes = native.Run(cases);
            for (int number = 0; number < cases.Length; number++)
            {
                string code = JudgeReport.Culprit(cases[number]);
                seen.Add(code);
                if (outcomes[number].Vector is JudgeOutcome.Breakpoint)
                {
                    retired.Add(code);
                }
            }
        }
        seen.ExceptWith(retired);
        TestContext.Out.WriteLine($"{retired.Count} retired; only faulted: {string.Join(" ", seen.Order())}");
        Assert.That(retired, Has.Count.GreaterThan(1000));
    }
}
