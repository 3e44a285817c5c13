using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;
using TestLab.Labs.Reports;
using TestLab.Labs.Results;

namespace TestLab.Labs.Tests.Reports;

public sealed class JUnitReportTests
{
    private static IEnumerable<LabResult> Results => [SampleResult.WithFailure, SampleResult.NeverReady, SampleResult.Matrix];

    [TestCaseSource(nameof(Results))]
    public void ItKeepsToTheSchema(LabResult result)
    {
        var schemas = new XmlSchemaSet();
        schemas.Add(null, Path.Combine(TestContext.CurrentContext.TestDirectory, "Reports", "junit.xsd"));
        List<string> objections = [];
        Write(result).Validate(schemas, (_, problem) => objections.Add(problem.Message));
        Assert.That(objections, Is.Empty);
    }

    [Test]
    public void AFailedStepSaysWhatWasExpectedAndWhatCame()
    {
        XElement suite = Suite(SampleResult.WithFailure);
        XElement failure = suite.Descendants("failure").Single();
        Assert.Multiple(() =>
        {
            Assert.That((int?)suite.Attribute("tests"), Is.EqualTo(3));
            Assert.That((int?)suite.Attribute("failures"), Is.EqualTo(1));
            Assert.That((int?)suite.Attribute("skipped"), Is.EqualTo(1));
            Assert.That((string?)failure.Parent?.Attribute("name"), Is.EqualTo("no request is lost"));
            Assert.That((string?)failure.Attribute("message"), Is.EqualTo("stdout is not what was expected"));
            Assert.That(failure.Value, Is.EqualTo("stdout: expected none lost\ngot three lost"));
        });
    }

    [Test]
    public void AMachineThatNeverGotReadyIsAnErrorWithItsConsole()
    {
        XElement suite = Suite(SampleResult.NeverReady);
        XElement error = suite.Descendants("error").Single();
        Assert.Multiple(() =>
        {
            Assert.That((int?)suite.Attribute("errors"), Is.EqualTo(1));
            Assert.That((string?)error.Attribute("message"), Is.EqualTo("backend was not ready within 30 s"));
            Assert.That(error.Value, Does.Contain("Kernel panic"));
        });
    }

    [Test]
    public void TimesAreGuestTime() =>
        Assert.That((string?)Suite(SampleResult.WithFailure).Elements("testcase").First().Attribute("time"), Is.EqualTo("4.000"));

    private static XElement Suite(LabResult result) =>
        Write(result).Root?.Elements("testsuite").First() ?? throw new XmlException("There is no suite.");

    private static XDocument Write(LabResult result)
    {
        using var stream = new MemoryStream();
        JUnitReport.Write(result, stream);
        stream.Position = 0;
        return XDocument.Load(stream);
    }
}
