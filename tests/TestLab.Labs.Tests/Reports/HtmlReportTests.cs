using System.Text.RegularExpressions;
using TestLab.Labs.Reports;
using TestLab.Labs.Results;

namespace TestLab.Labs.Tests.Reports;

public sealed partial class HtmlReportTests
{
    private static IEnumerable<LabResult> Results => [SampleResult.WithFailure, SampleResult.NeverReady, SampleResult.Matrix];

    [TestCaseSource(nameof(Results))]
    public void NothingIsLoadedFromOutside(LabResult result)
    {
        string page = HtmlReport.Write(result);
        Assert.Multiple(() =>
        {
            Assert.That(Request().Matches(page), Is.Empty);
            Assert.That(page, Does.Not.Contain("<script"));
        });
    }

    [Test]
    public void WhatAGuestPrintsStaysText()
    {
        string page = HtmlReport.Write(SampleResult.WithFailure);
        Assert.Multiple(() =>
        {
            Assert.That(page, Does.Contain("&lt;script&gt;alert(1)&lt;/script&gt; &amp;"));
            Assert.That(page.Where(letter => letter < ' ' && letter is not '\n'), Is.Empty);
        });
    }

    [Test]
    public void AFailedStepIsOpenAndShowsBothSides() => Assert.That(
        HtmlReport.Write(SampleResult.WithFailure),
        Does.Match("<details class=\"step Failed\" open=\"\">.*none lost.*three lost"));

    [Test]
    public void TheMatrixIsAGridThatLeadsToTheCells()
    {
        string page = HtmlReport.Write(SampleResult.Matrix);
        Assert.Multiple(() =>
        {
            Assert.That(page, Does.Contain("<a href=\"#cell-1\">"));
            Assert.That(page, Does.Contain("<section id=\"cell-1\">"));
        });
    }

    [TestCase(0, "0 s")]
    [TestCase(999, "999 ns")]
    [TestCase(1_500_000, "1.5 ms")]
    [TestCase(38_250_000_000, "38.3 s")]
    [TestCase(3_600_000_000_000, "1 h")]
    public void TimesHaveThreeDigits(long nanoseconds, string text) =>
        Assert.That(Figures.Time(nanoseconds), Is.EqualTo(text));

    [Test]
    public void JsonHoldsAllOfIt()
    {
        string json = JsonReport.Write(SampleResult.Matrix);
        Assert.That(JsonReport.Write(JsonReport.Read(json)), Is.EqualTo(json));
    }

    [Test]
    public void WhatAnOlderResultDoesNotHaveIsEmpty()
    {
        CellResult cell = JsonReport.ReadCell("""{ "name": "", "seed": 1, "verdict": "Passed" }""");
        Assert.Multiple(() =>
        {
            Assert.That(cell.Steps, Is.Empty);
            Assert.That(cell.Timeline, Is.Empty);
            Assert.That(cell.Notes, Is.Empty);
        });
    }

    [GeneratedRegex(@"(src|xlink:href)\s*=|url\(|@import|<link|<iframe|href=""\w+:", RegexOptions.IgnoreCase)]
    private static partial Regex Request();
}
