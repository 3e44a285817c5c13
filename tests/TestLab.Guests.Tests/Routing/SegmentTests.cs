using TestLab.Guests.Tests.Labs;
using TestLab.Networks.Hosts;
using TestLab.Networks.Links;
using TestLab.Networks.Packets;
using TestLab.Networks.Segments;

namespace TestLab.Guests.Tests.Routing;

/// <summary>Real clients at the servers that a segment has built in.</summary>
[Category("Slow")]
public sealed class SegmentTests
{
    [Test]
    public void AGuestGetsItsAddressByDhcpAndFindsOthersByName()
    {
        using var lab = new GuestLab();
        var zone = new DnsZone();
        zone.AddMachine("second", Ipv4Address.Parse("10.3.0.2"));
        zone.Add("*.example.com", DnsRecord.Of(Ipv4Address.Parse("10.3.0.2")));
        Segment segment = lab.AddSegment("office", "10.3.0.0/24", zone);
        Guest first = lab.Add("first"), second = lab.Add("second");
        lab.Join(first, 0, segment, DuplexSettings.Same(LinkSettings.Default));
        lab.Join(second, 0, segment, DuplexSettings.Same(LinkSettings.Default));
        lab.Execute((second, GuestLab.Configure(2, 0, "10.3.0.2/24")));
        string output = lab.Execute(first,
            $"ip link set eth0 address {GuestTemplate.AddressOf(1, 0)}; ip link set eth0 up; "
            + "udhcpc -i eth0 -n -q; ip addr show eth0; ip route");
        Assert.Multiple(() =>
        {
            Assert.That(output, Does.Contain("10.3.0.100/24"));
            Assert.That(output, Does.Contain("default via 10.3.0.1"));
            Assert.That(lab.Execute(first, "nslookup second.lab"), Does.Contain("10.3.0.2"));
            Assert.That(lab.Execute(first, "nslookup www.example.com"), Does.Contain("10.3.0.2"));
            Assert.That(lab.Execute(first, "nslookup nobody.lab || true"), Does.Contain("NXDOMAIN").Or.Contain("can't"));
            Assert.That(lab.Execute(first, "ping -c 2 second"), Does.Contain("2 packets received"));
        });
    }
}
