using System.Text;
using TestLab.Networks.Hosts;
using TestLab.Networks.Outside;
using TestLab.Networks.Packets;
using TestLab.Networks.Tests.Hosts;

namespace TestLab.Networks.Tests.Outside;

/// <summary>A gateway that serves its network by itself, at its one address.</summary>
public sealed class NatServicesTests
{
    private const ushort Port = 4_000;
    private static readonly byte[] ServerAddress = [10, 9, 0, 80];

    [Test]
    public void ANameOfTheLabIsToldAndAnotherOneIsAskedOutside()
    {
        var silence = new SilentOutside();
        using var lab = new NatLab(silence, Options());
        lab.Guest.SayDatagram(Port, NatLab.Router, 53, Question("server.lab"));
        lab.RunFor(10);
        Assert.That(silence.Requests, Is.Empty);
        Assert.That(lab.Guest.Datagrams.Single().Content[^4..], Is.EqualTo(ServerAddress));

        byte[] question = Question("www.example.com");
        lab.Guest.SayDatagram(Port, NatLab.Router, 53, question);
        lab.RunFor(10);
        OutsideMessage asked = silence.Requests.Single();
        Assert.That(asked.Endpoint, Is.EqualTo(new Ipv4Endpoint(Ipv4Address.Any, 53)), "The host's own resolver.");
        Assert.That(asked.Content.ToArray(), Is.EqualTo(question));
        silence.Say(new OutsideMessage(OutsideMessageKind.Received, asked.Flow) { Content = new byte[] { 1, 2, 3 } });
        lab.RunUntil(() => lab.Guest.Datagrams.Count == 2);
        Assert.That(lab.Guest.Datagrams[1].Source, Is.EqualTo(NatLab.Endpoint(NatLab.Router, 53)));
        Assert.That(lab.Guest.Datagrams[1].Content, Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public void NamesAreToldOverStreamsToo()
    {
        using var lab = new NatLab(new SilentOutside(), Options());
        byte[] question = Question("server");
        lab.Guest.Connect(NatLab.Router, 53);
        lab.Guest.Say([0, (byte)question.Length, .. question]);
        lab.RunUntil(() => lab.Guest.Heard.Count > question.Length);
        Assert.That(lab.Guest.Heard[^4..], Is.EqualTo(ServerAddress));
    }

    [Test]
    public void TheGatewayGivesAddressesAndIsTheRouter()
    {
        using var lab = new NatLab(new SilentOutside(), Options());
        lab.Guest.SayDatagram(
            DhcpMessage.ClientPort, NatLab.Router, DhcpMessage.ServerPort,
            DhcpConversation.Message(DhcpMessageType.Inform, new HardwareAddress(0x0200_0000_0010), "10.9.0.10"));
        lab.RunUntil(() => lab.Guest.Datagrams.Count == 1);
        Assert.That(DhcpMessage.TryParse(lab.Guest.Datagrams[0].Content, out DhcpMessage answer), Is.True);
        Assert.That(answer.Type, Is.EqualTo(DhcpMessageType.Acknowledge));
        Assert.That(answer.Option(DhcpOption.Router).ToArray(), Is.EqualTo(DhcpConversation.Bytes(NatLab.Router)));
    }

    [Test]
    public void ItsStateIsSavedAndRestoredWithTheOthers()
    {
        using var lab = new NatLab(new SilentOutside(), Options());
        lab.Guest.SayDatagram(Port, NatLab.Router, 53, Question("server.lab"));
        lab.RunFor(10);
        byte[][] state = lab.Save();
        using var other = new NatLab(new SilentOutside(), Options());
        other.Restore(state);
        Assert.That(other.Save(), Is.EqualTo(state));
    }

    [Test]
    public void WhatIsRefusedIsNotReachedEvenWhereAllIsAllowed()
    {
        var silence = new SilentOutside();
        using var lab = new NatLab(silence, Options() with { Refused = [Ipv4Subnet.Parse("10.8.0.0/16")] });
        lab.Guest.SayDatagram(Port, "10.8.3.3", 9, [1]);
        lab.RunFor(100);
        Assert.That(silence.Requests, Is.Empty);
        Assert.That(lab.Guest.Messages.Single().Code, Is.EqualTo(IcmpPacket.ProhibitedCode));
    }

    [Test]
    public void WithoutAnOutsideStreamsAreRefusedAtOnceAndTimeGoesOn()
    {
        using var lab = new NatLab(new ClosedOutside(), Options());
        lab.Guest.Connect("203.0.113.7", 80);
        lab.Guest.SayDatagram(Port, "203.0.113.7", 9, [1]);
        lab.RunFor(100);
        Assert.That(lab.Guest.BrokenCount, Is.EqualTo(1));
        lab.RunFor(200_000);
        Assert.That(lab.Gateway.FlowCount, Is.Zero);
    }

    private static NatOptions Options()
    {
        var zone = new DnsZone();
        zone.AddMachine("server", Ipv4Address.Parse("10.9.0.80"));
        NatOptions options = NatLab.Options();
        return options with
        {
            Zone = zone,
            Dhcp = new DhcpOptions
            {
                Subnet = options.Interface.Subnet,
                Server = Ipv4Address.Parse(NatLab.Router),
                PoolStart = Ipv4Address.Parse("10.9.0.100"),
                PoolEnd = Ipv4Address.Parse("10.9.0.200"),
                Router = Ipv4Address.Parse(NatLab.Router),
            },
        };
    }

    private static byte[] Question(string name)
    {
        var question = new List<byte> { 0xAB, 0xCD, 0x01, 0, 0, 1, 0, 0, 0, 0, 0, 0 };
        foreach (string label in name.Split('.')) question.AddRange([(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]);
        question.AddRange([0, 0, 1, 0, 1]);
        return [.. question];
    }
}
