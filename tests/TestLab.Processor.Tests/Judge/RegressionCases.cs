namespace TestLab.Processor.Tests.Judge;

/// <summary>Cases in which an engine once differed from the host, as <see cref="JudgeReport.Line"/> writes them.</summary>
public static class RegressionCases
{
    public static readonly string[] Lines =
    [
    ];
}
