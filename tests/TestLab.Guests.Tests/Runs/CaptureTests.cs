using System.Diagnostics;
using System.Globalization;
using TestLab.Guests.Tests.Labs;
using TestLab.Networks.Capture;
using TestLab.Networks.Links;
using TestLab.Networks.Links.Delays;
using TestLab.Networks.Links.Rates;
using TestLab.Simulation;

namespace TestLab.Guests.Tests.Runs;

/// <summary>What tshark reads of a run of real guests.</summary>
[Category("Slow")]
public sealed class CaptureTests
{
    private const long Rate = 3_000_000;
    private const long DelayNanoseconds = 7_000_000;

    [Test]
    public void TsharkFindsNothingMalformedAndTimesAreThoseOfTheFormulaToTheNanosecond()
    {
        var settings = new LinkSettings
        {
            Rate = RateSettings.OfBits(Rate),
            Delay = new DelaySettings { PropagationNanoseconds = DelayNanoseconds },
        };
        string path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"guests-{TestContext.CurrentContext.Test.ID}.pcapng");
        try
        {
            Capture(settings, path);
            // The bytes on port 5000 are random; tshark would read a telephone exchange into them.
            Assert.That(Tshark("-r", path, "-Y", "_ws.malformed || ip.checksum.status == 0 || tcp.checksum.status == 0",
                "-d", "tcp.port==5000,data", "-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE"), Is.Empty);
            Assert.That(Tshark("-r", path, "-Y", "tcp", "-T", "fields", "-e", "frame.number"), Is.Not.Empty);

            string echoes = Tshark("-r", path, "-Y", "icmp.type == 8", "-T", "fields",
                "-e", "frame.interface_id", "-e", "icmp.seq", "-e", "frame.time_epoch", "-e", "frame.len");
            string[][] rows = [.. echoes
                .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'))];
            Dictionary<string, decimal> sent = rows.Where(row => row[0] == "0").ToDictionary(row => row[1], row => Seconds(row[2]));
            Assert.That(sent, Has.Count.EqualTo(5));
            Assert.Multiple(() =>
            {
                foreach (string[] row in rows.Where(row => row[0] == "1"))
                {
                    long bits = (long.Parse(row[3], CultureInfo.InvariantCulture) + RateSettings.WireOverheadBytes) * 8;
                    long expected = bits * VirtualTime.NanosecondsPerSecond / Rate + DelayNanoseconds
                        + LinkSettings.DefaultPipelineNanoseconds;
                    decimal measured = (Seconds(row[2]) - sent[row[1]]) * VirtualTime.NanosecondsPerSecond;
                    Assert.That(measured, Is.EqualTo((decimal)expected), $"echo {row[1]}");
                }
            });
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Capture(LinkSettings settings, string path)
    {
        using GuestLab lab = GuestLab.OfTwo(DuplexSettings.Same(settings), out Guest first, out Guest second, out Cable cable);
        using FileStream file = File.Create(path);
        var capture = new PacketCapture(new FileSink(file));
        cable.Up.Attach(capture.AddInterface("first").AddTap(CapturePoint.Sender, CaptureFlow.Outbound));
        cable.Up.Attach(capture.AddInterface("second").AddTap(CapturePoint.Receiver, CaptureFlow.Inbound));
        lab.Execute(first, "ping -c 5 -s 700 10.0.0.2");
        second.Begin("nc -l -p 5000 > /dev/null");
        lab.Advance(VirtualTime.NanosecondsPerSecond / 10);
        lab.Execute(first, "head -c 300000 /dev/urandom | nc 10.0.0.2 5000");
        capture.Finish(lab.Now);
    }

    private static decimal Seconds(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);

    private static string Tshark(params string[] arguments)
    {
        var start = new ProcessStartInfo("tshark", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("tshark does not start.");
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, errors.Result);
        return output;
    }

    private sealed class FileSink(Stream stream) : ICaptureSink
    {
        public void Write(ReadOnlySpan<byte> bytes) => stream.Write(bytes);
    }
}
