using System.Text.Json;
using TestLab.Labs.Results;
using TestLab.Labs.Running;
using TestLab.Networks.Links.Rates;

namespace TestLab.Labs.Tests.Running;

/// <summary>Links as the tools of a stock Debian measure them: iperf3, curl and ping at the ends, the formula beside them.</summary>
[Category("Slow")]
public sealed class RealToolTests
{
    private const int DatagramBytes = 1_400;
    private const int EchoWireBytes = 122;

    /// <summary>Twice: the delay, the pipelines of both cards, the frame at the rate. The guests' stacks come on top.</summary>
    private const double RoundTripMilliseconds = 2 * (10 + 0.02 + EchoWireBytes * 8 / 50_000.0);

    private static readonly RateSettings Rate = RateSettings.OfBits(50_000_000);

    [Test]
    public async Task WhatIperfCurlAndPingMeasureIsWhatWasConfigured()
    {
        CellResult result = await Rehearsal.RunAsync(
            """
            lab: tools
            defaults:
              image: { base: debian:13, packages: [iperf3, curl, iputils-ping] }
              memory: 256MiB
            networks: { wan: { subnet: 10.9.0.0/24 } }
            machines:
              server:
                networks: { wan: { address: 10.9.0.2 } }
                start:
                  run:
                    - iperf3 --server --daemon --json
                    - mkdir -p /www && head -c 4000000 /dev/zero > /www/big && /run/testlab/busybox httpd -p 80 -h /www
                ready: { port: 5201, within: 60s }
              client:
                networks: { wan: { down: { rate: 50Mbit, delay: 10ms }, up: { rate: 50Mbit, delay: 10ms } } }
                start: { after: server.ready }
            steps:
              - name: ping
                machine: client
                run: ping -c 10 -i 0.2 -q 10.9.0.2
              - name: udp
                machine: client
                run: iperf3 -c 10.9.0.2 -u -b 100M -l 1400 -t 3 -i 1 --json --get-server-output
              - name: tcp
                machine: client
                run: iperf3 -c 10.9.0.2 -t 5 -O 2 --json
              - name: curl
                machine: client
                run: curl -s -o /dev/null -w "%{size_download} %{http_code}" http://10.9.0.2/big
                expect: { stdout: "4000000 200" }
            """,
            new LabRunOptions { ThreadCount = 2 });
        Assert.That(result.Failure, Is.Null);
        Dictionary<string, string> said = result.Steps.ToDictionary(step => step.Name, step => step.Attempts[0].Stdout);
        Show("udp goodput, bit/s", Goodput.Udp(Rate, DatagramBytes), DatagramRate(said["udp"]), 0.001);
        Show("tcp goodput, bit/s", Goodput.Tcp(Rate, 1_500), StreamRate(said["tcp"]), 0.01);
        Show("ping, least round trip, ms", RoundTripMilliseconds, PingLeast(said["ping"]), 0.005);
    }

    private static void Show(string what, double expected, double measured, double tolerance)
    {
        TestContext.Out.WriteLine($"{what,-30} {expected,14:0.###} {measured,14:0.###} {100 * (measured / expected - 1),9:0.0000} %");
        Assert.That(measured, Is.EqualTo(expected).Within(100 * tolerance).Percent, what);
    }

    /// <summary>The second of the three seconds, as the receiver saw it: the queue is full then.</summary>
    private static double DatagramRate(string json) => JsonDocument.Parse(json).RootElement
        .GetProperty("server_output_json").GetProperty("intervals")[1].GetProperty("sum").GetProperty("bits_per_second").GetDouble();

    private static double StreamRate(string json) => JsonDocument.Parse(json).RootElement
        .GetProperty("end").GetProperty("sum_received").GetProperty("bits_per_second").GetDouble();

    /// <summary>Of <c>rtt min/avg/max/mdev = 20.1/20.2/20.3/0.1 ms</c>.</summary>
    private static double PingLeast(string text) => double.Parse(
        text.Split("mdev = ")[1].Split('/')[0], System.Globalization.CultureInfo.InvariantCulture);
}
