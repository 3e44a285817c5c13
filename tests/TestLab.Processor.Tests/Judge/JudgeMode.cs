namespace TestLab.Processor.Tests.Judge;

/// <summary>The code segment a case runs in; the value is its width in bits.</summary>
public enum JudgeMode
{
    Compatibility = 32,
    Long = 64,
}
