using TestLab.Guests.Tests.Labs;
using TestLab.Networks.Links;
using TestLab.Networks.Links.Delays;
using TestLab.Networks.Links.Rates;
using TestLab.Simulation;

namespace TestLab.Guests.Tests.Routing;

/// <summary>A stock Debian that forwards between two networks, one of which takes smaller packets.</summary>
[Category("Slow")]
public sealed class RouterTests
{
    private const int SmallMtuBytes = 1_280;
    private const int EthernetHeaderBytes = 14;

    private readonly GuestLab _lab = new();
    private readonly ArrivalTap _far = new();
    private Guest _client;
    private Guest _server;

    public RouterTests()
    {
        _client = _lab.Add("client");
        Guest router = _lab.Add("router");
        _server = _lab.Add("server");
        _lab.Connect(_client, 0, router, 0, DuplexSettings.Same(new LinkSettings
        {
            Rate = RateSettings.OfBits(50_000_000),
            Delay = DelaySettings.OfMilliseconds(2),
        }));
        Cable far = _lab.Connect(router, 1, _server, 0, DuplexSettings.Same(new LinkSettings
        {
            Rate = RateSettings.OfBits(10_000_000),
            Delay = DelaySettings.OfMilliseconds(20),
            MtuBytes = SmallMtuBytes,
        }));
        far.Up.Attach(_far);
        _lab.Execute(
            (_client, GuestLab.Configure(1, 0, "10.1.0.2/24") + "ip route add default via 10.1.0.1"),
            (router, GuestLab.Configure(2, 0, "10.1.0.1/24") + GuestLab.Configure(2, 1, "10.2.0.1/24")
                + $"ip link set eth1 mtu {SmallMtuBytes}; echo 1 > /proc/sys/net/ipv4/ip_forward"),
            (_server, GuestLab.Configure(3, 0, "10.2.0.2/24") + "ip route add default via 10.2.0.1"));
    }

    [OneTimeTearDown]
    public void Dispose() => _lab.Dispose();

    [Test]
    public void TracerouteNamesTheRouterAndThenTheServer()
    {
        string[] hops = [.. _lab.Execute(_client, "traceroute -n -q 1 10.2.0.2").Split('\n').Where(line => line.Contains(" ms"))];
        Assert.That(hops, Has.Length.EqualTo(2));
        Assert.That(hops[0], Does.Contain("10.1.0.1"));
        Assert.That(hops[1], Does.Contain("10.2.0.2"));
    }

    [Test]
    public void TcpFindsTheSmallerMtuOfTheFarLinkAndArrivesUnchanged()
    {
        long before = _lab.Counter(_client, "Icmp", "InDestUnreachs");
        string sent = _lab.Execute(_client, "head -c 3000000 /dev/urandom > /tmp/sent; sha256sum < /tmp/sent");
        _far.Arrivals.Clear();
        _server.Begin("nc -l -p 5000 | sha256sum");
        _lab.Advance(VirtualTime.NanosecondsPerSecond / 10);
        _client.Begin("nc 10.2.0.2 5000 < /tmp/sent");
        string received = _lab.Await(60, _server, _client)[0];
        Assert.Multiple(() =>
        {
            Assert.That(received, Is.EqualTo(sent));
            Assert.That(_lab.Counter(_client, "Icmp", "InDestUnreachs"), Is.GreaterThan(before), "the router has said so");
            Assert.That(_far.Arrivals.Max(frame => frame.Length), Is.EqualTo(SmallMtuBytes + EthernetHeaderBytes));
            Assert.That(_far.Drops, Has.None.Matches<(VirtualTime Time, DropCause Cause)>(drop => drop.Cause == DropCause.Mtu));
        });
    }

    [Test]
    public void APulledCableIsSeenAndAHealedOneWorksAgain()
    {
        using GuestLab lab = GuestLab.OfTwo(DuplexSettings.Same(LinkSettings.Default), out Guest first, out _, out _);
        first.Remote.SetCarrier(0, false);
        lab.Advance(VirtualTime.NanosecondsPerSecond / 10);
        const string Look = "cat /sys/class/net/eth0/carrier; ping -c 1 -W 1 10.0.0.2 || true";
        Assert.That(lab.Execute(first, Look), Does.StartWith("0").And.Contain("100% packet loss"));
        first.Remote.SetCarrier(0, true);
        lab.Advance(VirtualTime.NanosecondsPerSecond);
        Assert.That(lab.Execute(first, Look), Does.StartWith("1").And.Contain(" 0% packet loss"));
    }
}
