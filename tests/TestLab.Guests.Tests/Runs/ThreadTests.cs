using TestLab.Guests.Tests.Labs;
using TestLab.Networks.Hosts;
using TestLab.Networks.Links;
using TestLab.Networks.Links.Delays;
using TestLab.Networks.Links.Faults;
using TestLab.Networks.Links.Rates;
using TestLab.Networks.Packets;
using TestLab.Networks.Segments;
using TestLab.Simulation;
using TestLab.Simulation.Execution;

namespace TestLab.Guests.Tests.Runs;

/// <summary>Six guests, three segments, a router between them: one hash on any number of threads, whatever else the host does.</summary>
[Category("Slow")]
public sealed class ThreadTests
{
    private const int Repetitions = 5;

    [Test]
    public void SixGuestsInThreeSegmentsHaveOneHashOnOneThreadAndOnTwoUnderLoad()
    {
        (StateHash expected, string transcript) = Run(threads: 1);
        TestContext.Out.WriteLine(transcript);
        for (int repetition = 0; repetition < Repetitions; repetition++)
        {
            using var load = new HostLoad(repetition);
            (StateHash hash, string text) = Run(threads: 2);
            Assert.That(text, Is.EqualTo(transcript), $"repetition {repetition}");
            Assert.That(hash, Is.EqualTo(expected), $"repetition {repetition}");
        }
    }

    private static (StateHash Hash, string Transcript) Run(int threads)
    {
        using var lab = new GuestLab(new ExecutorOptions { ThreadCount = threads });
        Guest router = lab.Add("router");
        var zone = new DnsZone();
        string configure = "";
        List<(Guest Guest, string Command)> settings = [];
        List<Guest> clients = [];
        for (int number = 0; number < 3; number++)
        {
            Segment segment = lab.AddSegment($"segment{number}", $"10.{number}.0.0/24", zone);
            lab.Join(router, number, segment, DuplexSettings.Same(LinkSettings.Default));
            string gateway = $"10.{number}.0.1";
            configure += GuestLab.Configure(1, number, gateway + "/24");
            for (int host = 2; host < (number == 2 ? 3 : 4); host++)
            {
                Guest guest = lab.Add($"guest{number}{host}");
                lab.Join(guest, 0, segment, DuplexSettings.Same(Link(number)));
                settings.Add((guest, GuestLab.Configure(lab.Guests.Count, 0, $"10.{number}.0.{host}/24")
                    + $"ip route add default via {gateway}"));
                clients.Add(guest);
            }
        }

        lab.Execute([.. settings, (router, configure + "echo 1 > /proc/sys/net/ipv4/ip_forward")]);
        // Each pings one of another segment, and two send a stream across, at the same time.
        clients[4].Begin("nc -l -p 5000 | sha256sum");
        lab.Execute((clients[0], "ping -c 3 -i 0.05 10.1.0.2"), (clients[1], "ping -c 3 -i 0.05 10.2.0.2"),
            (clients[2], "ping -c 3 -i 0.05 10.0.0.3"));
        clients[0].Begin("head -c 200000 /dev/urandom | nc 10.2.0.2 5000");
        clients[3].Begin("ping -c 10 -i 0.01 10.0.0.2");
        string[] outputs = lab.Await(30, clients[4], clients[3], clients[0]);
        return (lab.Executor.Hash(), string.Join('\n', [.. outputs, $"at {lab.Now}"]));
    }

    private static LinkSettings Link(int segment) => segment switch
    {
        0 => new LinkSettings { Rate = RateSettings.OfBits(20_000_000), Delay = DelaySettings.OfMilliseconds(1, 0.4m) },
        1 => new LinkSettings { Delay = DelaySettings.OfMilliseconds(0.2m), Duplicate = Chance.OfPercent(2) },
        _ => new LinkSettings { Rate = RateSettings.OfBits(8_000_000), Loss = LossModel.RandomPercent(1) },
    };

    /// <summary>Threads that take the processors away, and collections.</summary>
    private sealed class HostLoad : IDisposable
    {
        private readonly List<Thread> _threads = [];
        private volatile bool _isOver;

        public HostLoad(int seed)
        {
            for (int index = 0; index < 2; index++)
            {
                var random = new Random(seed * 2 + index);
                var thread = new Thread(() => Burn(random));
                _threads.Add(thread);
                thread.Start();
            }
        }

        public void Dispose()
        {
            _isOver = true;
            foreach (Thread thread in _threads) thread.Join();
        }

        private void Burn(Random random)
        {
            while (!_isOver)
            {
                if (random.Next(50) == 0) GC.Collect();
                Thread.SpinWait(random.Next(200_000));
                Thread.Sleep(random.Next(3)); // The host does something else: that is what is tested.
            }
        }
    }
}
