using System.Text.Json.Nodes;
using TestLab.Labs.Reports;
using TestLab.Labs.Results;
using TestLab.Labs.Running;
using TestLab.Labs.Tests.Reports.Browsers;
using TestLab.Labs.Tests.Running;

namespace TestLab.Labs.Tests.Reports;

/// <summary>Reports as a browser shows them, on a telephone's width and on a large screen's.</summary>
[Category("Slow")]
public sealed class ReportInBrowserTests
{
    private static readonly TimeSpan LongestLook = TimeSpan.FromMinutes(5);

    private readonly CancellationTokenSource _limit = new(LongestLook);
    private string _folder = "";
    private Browser? _browser;

    private static IEnumerable<TestCaseData> Results =>
    [
        new TestCaseData(SampleResult.WithFailure).SetArgDisplayNames("failed"),
        new TestCaseData(SampleResult.NeverReady).SetArgDisplayNames("never ready"),
        new TestCaseData(SampleResult.Matrix).SetArgDisplayNames("matrix"),
        new TestCaseData(SampleResult.Crowd).SetArgDisplayNames("crowd"),
    ];

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        // Who wants to look at the pictures names a folder for them.
        _folder = Environment.GetEnvironmentVariable("TESTLAB_REPORT_PICTURES") is { Length: > 0 } place
            ? Directory.CreateDirectory(place).FullName
            : Directory.CreateTempSubdirectory("testlab-reports-").FullName;
        _browser = await Browser.StartAsync(_limit.Token);
    }

    [OneTimeTearDown]
    public async Task EndAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _limit.Dispose();
        if (Environment.GetEnvironmentVariable("TESTLAB_REPORT_PICTURES") is null) Directory.Delete(_folder, recursive: true);
    }

    [TestCaseSource(nameof(Results))]
    public async Task AnyReportIsReadable(LabResult result) => await AssertReadableAsync(result);

    [Test]
    public async Task TheReportOfARealRunIsReadable()
    {
        CellResult cell = await Rehearsal.RunAsync(
            """
            lab: real
            seed: 5
            networks:
              lan: {}
              wan: { link: { down: { rate: 2Mbit, delay: 40ms, jitter: 10ms, loss: 1% }, up: { rate: 512kbit, delay: 40ms } } }
            machines:
              server:
                image: tiny
                networks: { wan: {} }
                start: { run: dd if=/dev/zero of=/big bs=1024 count=512 && httpd -p 80 -h / }
                ready: { port: 80 }
              client: { image: tiny, networks: { wan: {}, lan: {} }, start: { after: server } }
            steps:
              - { name: a large file, machine: client, run: wget -qO- http://server/big | wc -c, expect: { stdout: "524288" } }
              - { name: the cable is cut, machine: client, run: wget -T 5 -qO- http://server/big | wc -c, during: { cut: client.wan, at: 1s, for: 1s } }
              - { name: the sky is green, machine: client, run: "echo blue; echo 'a very long line of errors with no blank in it:' $(seq -s- 200) >&2", expect: { stdout: green } }
              - { name: never comes, wait: 1s }
            """,
            new LabRunOptions());
        await AssertReadableAsync(new LabResult
        {
            Run = "real-20261128-053000-a1b2",
            Lab = "real",
            LabFile = "labs/real/lab.yaml",
            Version = "0.1.0",
            StartedAt = new DateTimeOffset(2026, 11, 28, 5, 30, 0, TimeSpan.Zero),
            HostSeconds = cell.HostSeconds,
            Cells = [cell],
        });
        Assert.That(cell.Links.SelectMany(link => link.Down.Samples).Max(sample => sample.BitsPerSecond), Is.GreaterThan(4e5));
    }

    private async Task AssertReadableAsync(LabResult result)
    {
        string name = TestContext.CurrentContext.Test.Name;
        string file = Path.Combine(_folder, $"{string.Concat(name.Where(char.IsLetterOrDigit))}.html");
        await File.WriteAllTextAsync(file, HtmlReport.Write(result), _limit.Token);
        string check = await File.ReadAllTextAsync(
            Path.Combine(TestContext.CurrentContext.TestDirectory, "Reports", "page-check.js"), _limit.Token);
        foreach (int width in new[] { 400, 1600 })
        {
            BrowserPage page = await Chromium.OpenAsync(file, width, _limit.Token);
            JsonNode? wrong = await page.EvaluateAsync(check, _limit.Token);
            await page.SaveAsync(Path.ChangeExtension(file, $"{width}.png"), _limit.Token);
            Assert.Multiple(() =>
            {
                Assert.That(wrong?.AsArray().Select(sentence => $"{sentence}"), Is.Empty, $"at {width} pixels");
                Assert.That(page.Errors, Is.Empty);
                Assert.That(page.Requests, Is.EqualTo(new[] { new Uri(file).AbsoluteUri }), "The page itself, and nothing else.");
            });
        }
    }

    private Browser Chromium => _browser ?? throw new InvalidOperationException("There is no browser.");
}
