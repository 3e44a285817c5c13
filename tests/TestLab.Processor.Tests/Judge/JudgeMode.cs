namespace TestLab.Processor.Tests.Judge;

/// <summary>The code segment a case runs in; the value is its width in bits.</summary>
public enum JudgeMode
{
    /// <summary>16-bit code, data and stack in segments with base and limit.</summary>
    Segmented = 16,
    Compatibility = 32,
    Long = 64,
}
