using TestLab.Labs.Plans;
using TestLab.Labs.Running;

namespace TestLab.Labs.Tests.Running;

public sealed class TextMatchingTests
{
    private static IEnumerable<TestCaseData> Cases =>
    [
        new(new ExactText("Linux"), "Linux\n", true),
        new(new ExactText("Linux\n"), "Linux", true),
        new(new ExactText("Linux"), "Linux\n\n", false),
        new(new PatternText("^b", IgnoresCase: false, IsMultiline: true), "a\nb", true),
        new(new PatternText("^b", IgnoresCase: false, IsMultiline: false), "a\nb", false),
        new(new PatternText("LINUX", IgnoresCase: true, IsMultiline: false), "linux", true),
        new(new ContainedText("lost"), "0 lost", true),
        new(new LackingText("lost"), "0 lost", false),
        new(new LineTexts([new ExactText("a"), new PatternText("^b", false, false)]), "a\nbc\n", true),
        new(new LineTexts([new ExactText("a")]), "a\nb\n", false),
        new(new LineTexts([]), "", true),
        new(new NumberText(Comparison.AtLeast, 3), " 3 \n", true),
        new(new NumberText(Comparison.AtLeast, 3), "three", false),
        new(new AllTexts([new ContainedText("a"), new LackingText("b")]), "ab", false),
    ];

    [TestCaseSource(nameof(Cases))]
    public void AnExpectationHoldsOrNot(TextMatch match, string text, bool holds) =>
        Assert.That(TextMatching.Holds(match, text), Is.EqualTo(holds), TextMatching.Describe(match));
}
