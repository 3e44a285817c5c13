using TestLab.Labs.Results;
using TestLab.Labs.Running;
using TestLab.Networks.Host;
using TestLab.Networks.Outside;
using TestLab.Networks.Tests.Outside;

namespace TestLab.Labs.Tests.Running;

/// <summary>Labs with real guests whose networks have an outside.</summary>
[Category("Slow")]
public sealed class OutsideTests
{
    private const string Browsing =
        $$"""
        lab: browsing
        networks:
          lan: { subnet: 10.8.0.0/24, dns: { intra.example.com: 10.8.0.2 } }
          net: { type: nat, subnet: 10.9.0.0/24 }
        machines:
          client:
            image: tiny
            networks: { lan: { address: 10.8.0.2 }, net: { address: 10.9.0.2, delay: 5ms } }
        steps:
          - name: the page comes by its name
            run: wget -T 10 -qO- http://{{OutsideSite.Name}}/
            expect: { stdout: Greetings from outside }
          - name: names of the lab are told at the same place
            run: nslookup client.lab 10.9.0.1 | grep 10.9.0.2 && nslookup intra.example.com 10.9.0.1 | grep 10.8.0.2
          - name: other networks of the lab are no outside
            run: ip route del 10.8.0.0/24; wget -T 10 -qO- http://10.8.0.9/
            expect: { exit: 1 }
        """;

    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("testlab-outside-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task APageOfTheOutsideIsRecordedAndTheReplayOfItHasTheSameHash()
    {
        CellResult recorded;
        using (var site = new OutsideSite())
        {
            recorded = await Rehearsal.RunAsync(Browsing, In("recorded") with { Outside = _ => site.Open() });
            Assert.That(site.PageCount, Is.EqualTo(1));
        }

        CellResult replayed = await Rehearsal.RunAsync(Browsing, In("replayed") with { Replay = PathOf("recorded") });
        Assert.Multiple(() =>
        {
            Assert.That(recorded.Failure, Is.Null);
            Assert.That(recorded.Steps[0].Attempts[0].Stdout, Is.EqualTo(OutsideSite.Page));
            Assert.That(recorded.Files.Single(file => file.Kind == "outside").Path, Is.EqualTo("net.outside"));
            Assert.That(recorded.Notes, Is.Empty);
            Assert.That(replayed.Hash, Is.Not.Null.And.EqualTo(recorded.Hash));
            Assert.That(replayed.Notes, Has.One.Contains("the outside itself was not reached"));
            Assert.That(
                File.ReadAllBytes(PathOf("replayed/net.outside")), Is.EqualTo(File.ReadAllBytes(PathOf("recorded/net.outside"))));
        });
    }

    [Test]
    public async Task WithoutAnOutsideNothingIsReachedAndTheResultSaysSo()
    {
        CellResult result = await Rehearsal.RunAsync(
            """
            lab: alone
            on_failure: [console, capture, shelve]
            networks: { net: { type: nat, subnet: 10.9.0.0/24 } }
            machines: { client: { image: tiny, networks: { net: {} } } }
            steps: [ { name: nobody is there, run: "wget -T 5 -qO- http://203.0.113.7/" } ]
            """,
            In("alone"));
        Assert.Multiple(() =>
        {
            Assert.That(result.Verdict, Is.EqualTo(Verdict.Failed));
            Assert.That(result.Steps[0].Attempts[0].Stderr, Does.Contain("refused"));
            Assert.That(result.Notes, Is.EqualTo(new[]
            {
                "Nothing reaches outside from network net: this run was given no outside.",
                "The lab was not shelved: on_failure: shelve is not there yet.",
            }));
            Assert.That(result.Files.Single(file => file.Path == "net.last.pcapng").Bytes, Is.GreaterThan(500));
        });
    }

    [Test]
    public async Task ALabOfTheRealTimeIsNeverAheadOfTheClock()
    {
        CellResult result = await Rehearsal.RunAsync(
            """
            lab: real
            time: real
            machines: { box: { image: tiny } }
            steps: [ { wait: 2s } ]
            """,
            In("real"));
        Assert.That(result.Failure, Is.Null);
        // The last slice of five milliseconds may be ahead.
        Assert.That(result.HostSeconds, Is.GreaterThanOrEqualTo(result.VirtualNanoseconds / 1e9 - 0.01));
    }

    [Test]
    public void WhatCannotBeReplayedIsRefusedBeforeTheRun()
    {
        Directory.CreateDirectory(PathOf("foreign"));
        using (FileStream foreign = File.Create(PathOf("foreign/net.outside"))) _ = new OutsideLogWriter(foreign, "network net, seed 7");
        Assert.Multiple(() =>
        {
            Assert.That(
                () => Rehearsal.PrepareAsync(Browsing, In("a") with { Replay = PathOf("nowhere") }),
                Throws.TypeOf<OutsideLogException>().With.Message.StartsWith("There is no record of network net to replay"));
            Assert.That(
                () => Rehearsal.PrepareAsync(Browsing, In("b") with { Replay = PathOf("foreign") }),
                Throws.TypeOf<OutsideLogException>().With.Message.Contains("not of 'network net, seed 0'"));
            Assert.That(
                () => Rehearsal.PrepareAsync(Browsing, In("foreign") with { Replay = PathOf("foreign") }), Throws.ArgumentException);
        });
    }

    [Test]
    public async Task TheKernelOfTheHostIsANeighbourOnABridgeAndTheReplayNeedsNeitherItNorTheClock()
    {
        const string Bridged =
            """
            lab: bridged
            time: real
            networks: { net: { type: bridged, interface: lab0, subnet: 10.9.0.0/24, dhcp: false, dns: false } }
            machines: { box: { image: tiny, networks: { net: {} } } }
            steps: [ { name: the host answers, run: ping -c 2 -i 0.2 -W 5 10.9.0.1 } ]
            """;
        using var network = new NetworkNamespace();
        HostTap tap;
        try
        {
            tap = network.Invoke(() => new HostTap("lab0"));
        }
        catch (OutsideException refusal)
        {
            Assert.That(refusal.Message, Does.Contain("/dev/net/tun").Or.Contain("TAP device lab0"));
            return;
        }

        using (tap)
        {
            // Without a network of its own, the test would change the host's.
            if (!network.IsOwn) return;
            network.Ip("addr add 10.9.0.1/24 dev lab0");
            network.Ip("link set lab0 up");
            CellResult recorded = await Rehearsal.RunAsync(Bridged, In("real") with { Outside = _ => tap });
            Assert.That(recorded.Failure, Is.Null);
            // The last slice of five milliseconds may be ahead.
            Assert.That(recorded.HostSeconds, Is.GreaterThanOrEqualTo(recorded.VirtualNanoseconds / 1e9 - 0.01));
            CellResult replayed = await Rehearsal.RunAsync(Bridged, In("replayed") with { Replay = PathOf("real") });
            Assert.That(replayed.Hash, Is.EqualTo(recorded.Hash));
        }
    }

    [Test]
    public void ABridgeThatTheHostRefusesIsRefusedBeforeTheRunWithItsReason() => Assert.That(
        () => Rehearsal.PrepareAsync(
            """
            lab: bridged
            time: real
            networks: { net: { type: bridged, interface: lo, dhcp: false, dns: false } }
            machines: { box: { image: tiny, networks: { net: {} } } }
            steps: [ { wait: 2s } ]
            """,
            In("bridged") with { Outside = network => new HostTap(network.HostInterface ?? "") }),
        Throws.TypeOf<OutsideException>().With.Message.Contains("TAP").Or.Message.Contains("/dev/net/tun"));

    private LabRunOptions In(string name) => new() { Folder = PathOf(name) };

    private string PathOf(string name) => Path.Combine(_folder, name);
}
