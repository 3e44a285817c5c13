using TestLab.Networks.Hosts;
using TestLab.Networks.Packets;
using TestLab.Simulation;
using static TestLab.Networks.Tests.Hosts.DhcpConversation;

namespace TestLab.Networks.Tests.Hosts;

public sealed class DhcpServerTests
{
    private const string Me = "10.9.0.2";

    [Test]
    public void AClientGetsTheLowestFreeAddressToTheByte()
    {
        var conversation = new DhcpConversation(new DhcpServer(Options() with { Router = Ipv4Address.Parse("10.9.0.1") }));
        byte[] offer = conversation.Say(Message(DhcpMessageType.Discover));
        byte[] expected = new byte[300];
        byte[] head = [2, 1, 6, 0, 0x12, 0x34, 0x56, 0x78, 0, 0, 0, 0, 0, 0, 0, 0, 10, 9, 0, 10, 10, 9, 0, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0xC1];
        byte[] options =
        [
            0x63, 0x82, 0x53, 0x63,
            53, 1, 2,
            54, 4, 10, 9, 0, 2,
            51, 4, 0, 0, 0x0E, 0x10,
            58, 4, 0, 0, 0x07, 0x08,
            59, 4, 0, 0, 0x0C, 0x4E,
            1, 4, 255, 255, 255, 0,
            28, 4, 10, 9, 0, 255,
            3, 4, 10, 9, 0, 1,
            6, 4, 10, 9, 0, 2,
            15, 3, (byte)'l', (byte)'a', (byte)'b',
            255,
        ];
        head.CopyTo(expected, 0);
        options.CopyTo(expected, 236);
        Assert.That(offer, Is.EqualTo(expected));
        Assert.That(conversation.Delivery, Is.EqualTo(new DhcpDelivery(Ipv4Address.Parse("10.9.0.10"), Client)));
        (byte, byte[])[] choice = [Wish("10.9.0.10"), Server(Me)];
        Assert.That(conversation.Ask(Message(DhcpMessageType.Request, options: choice)),
            Is.EqualTo((DhcpMessageType.Acknowledge, "10.9.0.10")));
    }

    [Test]
    public void ASegmentWithoutAnOutsideHasNoRouter()
    {
        byte[] offer = Start().Say(Message(DhcpMessageType.Discover));
        Assert.That(DhcpMessage.TryParse(offer, out DhcpMessage message), Is.True);
        Assert.That(message.Option(DhcpOption.Router).IsEmpty, Is.True);
    }

    [Test]
    public void AKnownMachineGetsItsAddressAndName()
    {
        DhcpConversation conversation = Start(new DhcpReservation(Client, Ipv4Address.Parse("10.9.0.77"), "server"));
        byte[] offer = conversation.Say(Message(DhcpMessageType.Discover, options: Wish("10.9.0.12")));
        Assert.That(DhcpMessage.TryParse(offer, out DhcpMessage message), Is.True);
        Assert.That(message.YourAddress.ToString(), Is.EqualTo("10.9.0.77"));
        Assert.That(message.Option(DhcpOption.HostName).SequenceEqual("server"u8), Is.True);
        Assert.That(conversation.Ask(Message(DhcpMessageType.Request, options: [Wish("10.9.0.12"), Server(Me)])).Type,
            Is.EqualTo(DhcpMessageType.Refuse));
    }

    [Test]
    public void AReservedAddressIsGivenToNobodyElse()
    {
        DhcpConversation conversation = Start(new DhcpReservation(new HardwareAddress(2), Ipv4Address.Parse("10.9.0.10"), null));
        Assert.That(conversation.Ask(Message(DhcpMessageType.Discover)), Is.EqualTo((DhcpMessageType.Offer, "10.9.0.11")));
    }

    [Test]
    public void ARepeatedQuestionGetsTheSameAnswer()
    {
        DhcpConversation conversation = Start();
        byte[] first = conversation.Say(Message(DhcpMessageType.Discover));
        conversation.Now = VirtualTime.FromSeconds(4);
        Assert.That(conversation.Say(Message(DhcpMessageType.Discover)), Is.EqualTo(first));
    }

    [Test]
    public void AnOfferThatIsNotTakenIsFreeAgainAfterAMinute()
    {
        DhcpConversation conversation = Start();
        for (ulong client = 1; client <= 3; client++)
            conversation.Ask(Message(DhcpMessageType.Discover, new HardwareAddress(0x10 + client)));
        Assert.That(conversation.Ask(Message(DhcpMessageType.Discover)).Type, Is.EqualTo(DhcpMessageType.None), "All are taken.");
        conversation.Now = VirtualTime.FromSeconds(62);
        Assert.That(conversation.Ask(Message(DhcpMessageType.Discover)), Is.EqualTo((DhcpMessageType.Offer, "10.9.0.10")));
    }

    [Test]
    public void ALeaseIsRenewedAndKeptFromOthersUntilItEnds()
    {
        DhcpConversation conversation = Start();
        Bind(conversation, "10.9.0.10");
        conversation.Now = VirtualTime.FromSeconds(1_800);
        Assert.That(conversation.Ask(Message(DhcpMessageType.Request, address: "10.9.0.10")),
            Is.EqualTo((DhcpMessageType.Acknowledge, "10.9.0.10")));
        Assert.That(conversation.Delivery.Address, Is.EqualTo(Ipv4Address.Parse("10.9.0.10")));
        conversation.Now = VirtualTime.FromSeconds(5_000);
        var other = new HardwareAddress(0x99);
        Assert.That(conversation.Ask(Message(DhcpMessageType.Request, other, options: Wish("10.9.0.10"))).Type,
            Is.EqualTo(DhcpMessageType.Refuse));
        conversation.Now = VirtualTime.FromSeconds(5_401);
        Assert.That(conversation.Ask(Message(DhcpMessageType.Request, other, options: Wish("10.9.0.10"))),
            Is.EqualTo((DhcpMessageType.Acknowledge, "10.9.0.10")));
    }

    [TestCase("10.9.0.10", DhcpMessageType.Acknowledge)]
    [TestCase("10.9.0.200", DhcpMessageType.Refuse)]
    [TestCase("192.168.1.5", DhcpMessageType.Refuse)]
    [TestCase("10.9.0.2", DhcpMessageType.Refuse)]
    public void AClientThatRebootsLearnsWhetherItsAddressIsStillGood(string address, DhcpMessageType answer) =>
        Assert.That(Start().Ask(Message(DhcpMessageType.Request, options: Wish(address))).Type, Is.EqualTo(answer));

    [Test]
    public void ARefusalGoesToEverybodySinceTheClientsAddressIsWrong()
    {
        DhcpConversation conversation = Start();
        conversation.Ask(Message(DhcpMessageType.Request, options: Wish("192.168.1.5")));
        Assert.That(conversation.Delivery, Is.EqualTo(new DhcpDelivery(Ipv4Address.Broadcast, HardwareAddress.Broadcast)));
    }

    [Test]
    public void AClientThatCannotBeReachedYetIsAnsweredByBroadcast()
    {
        DhcpConversation conversation = Start();
        conversation.Ask(Message(DhcpMessageType.Discover, flags: DhcpMessage.BroadcastFlag));
        Assert.That(conversation.Delivery, Is.EqualTo(new DhcpDelivery(Ipv4Address.Broadcast, HardwareAddress.Broadcast)));
    }

    [Test]
    public void AClientThatChoseAnotherServerGivesItsOfferBack()
    {
        DhcpConversation conversation = Start();
        conversation.Ask(Message(DhcpMessageType.Discover));
        Assert.That(conversation.Say(Message(DhcpMessageType.Request, options: [Wish("10.9.0.10"), Server("10.9.0.99")])), Is.Empty);
        Assert.That(conversation.Ask(Message(DhcpMessageType.Discover, new HardwareAddress(0x99))).Address, Is.EqualTo("10.9.0.10"));
    }

    [Test]
    public void AReleasedAddressIsFree()
    {
        DhcpConversation conversation = Start();
        Bind(conversation, "10.9.0.10");
        Assert.That(conversation.Say(Message(DhcpMessageType.Release, address: "10.9.0.10", options: Server(Me))), Is.Empty);
        Assert.That(conversation.Ask(Message(DhcpMessageType.Discover, new HardwareAddress(0x99))).Address, Is.EqualTo("10.9.0.10"));
    }

    [Test]
    public void ADeclinedAddressIsLeftAlone()
    {
        DhcpConversation conversation = Start();
        Bind(conversation, "10.9.0.10");
        conversation.Say(Message(DhcpMessageType.Decline, options: [Wish("10.9.0.10"), Server(Me)]));
        Assert.That(conversation.Ask(Message(DhcpMessageType.Discover)).Address, Is.EqualTo("10.9.0.11"));
        conversation.Now = VirtualTime.FromSeconds(700);
        Assert.That(conversation.Ask(Message(DhcpMessageType.Discover, new HardwareAddress(0x99))).Address, Is.EqualTo("10.9.0.12"),
            "A fresh address comes before one that somebody had.");
    }

    [Test]
    public void AClientWithAnAddressOfItsOwnIsInformed()
    {
        byte[] reply = Start().Say(Message(DhcpMessageType.Inform, address: "10.9.0.50"));
        Assert.That(DhcpMessage.TryParse(reply, out DhcpMessage message), Is.True);
        Assert.That(message.Type, Is.EqualTo(DhcpMessageType.Acknowledge));
        Assert.That(message.YourAddress, Is.EqualTo(Ipv4Address.Any));
        Assert.That(message.Option(DhcpOption.LeaseTime).IsEmpty, Is.True);
        Assert.That(message.Option(DhcpOption.DomainNameServer).ToArray(), Is.EqualTo(Bytes(Me)));
    }

    [Test]
    public void OtherMtusAndRoutesAreTold()
    {
        DhcpOptions options = Options() with
        {
            MtuBytes = 9_000,
            Router = Ipv4Address.Parse("10.9.0.1"),
            Routes = [new DhcpRoute(Ipv4Subnet.Parse("10.8.0.0/20"), Ipv4Address.Parse("10.9.0.3"))],
        };
        byte[] reply = new DhcpConversation(new DhcpServer(options)).Say(Message(DhcpMessageType.Discover));
        Assert.That(DhcpMessage.TryParse(reply, out DhcpMessage message), Is.True);
        Assert.That(message.Option(DhcpOption.InterfaceMtu).ToArray(), Is.EqualTo(new byte[] { 0x23, 0x28 }));
        Assert.That(message.Option(DhcpOption.ClasslessRoutes).ToArray(),
            Is.EqualTo(new byte[] { 20, 10, 8, 0, 10, 9, 0, 3, 0, 10, 9, 0, 1 }));
    }

    [Test]
    public void TheClientsIdentifierComesBackIfThereIsRoom()
    {
        DhcpConversation conversation = Start();
        byte[] identifier = [255, 1, 2, 3];
        byte[] reply = conversation.Say(Message(DhcpMessageType.Discover, options: (DhcpOption.ClientIdentifier, identifier)));
        Assert.That(DhcpMessage.TryParse(reply, out DhcpMessage message), Is.True);
        Assert.That(message.Option(DhcpOption.ClientIdentifier).ToArray(), Is.EqualTo(identifier));
        byte[] huge = Message(DhcpMessageType.Discover, options: (DhcpOption.ClientIdentifier, new byte[150]));
        Array.Resize(ref huge, 600);
        (huge[244], huge[245]) = (255, 0);
        Assert.That(conversation.Say(huge).Length, Is.LessThanOrEqualTo(DhcpMessage.LimitBytes));
    }

    [Test]
    public void OptionsGoOnInTheFieldsOfBootp()
    {
        byte[] message = Message(DhcpMessageType.Request, options: (DhcpOption.Overload, [1]));
        new byte[] { DhcpOption.RequestedAddress, 4, 10, 9, 0, 12, DhcpOption.End }.CopyTo(message, 108);
        Assert.That(Start().Ask(message), Is.EqualTo((DhcpMessageType.Acknowledge, "10.9.0.12")));
    }

    [Test]
    public void WhatIsNotForThisServerGetsNoAnswer()
    {
        DhcpConversation conversation = Start();
        byte[] relayed = Message(DhcpMessageType.Discover);
        relayed[24] = 10;
        byte[] reply = Message(DhcpMessageType.Discover);
        reply[0] = DhcpMessage.BootReply;
        byte[] group = Message(DhcpMessageType.Discover, HardwareAddress.Broadcast);
        Assert.That(conversation.Say(relayed), Is.Empty);
        Assert.That(conversation.Say(reply), Is.Empty);
        Assert.That(conversation.Say(group), Is.Empty);
        Assert.That(conversation.Say(Message(DhcpMessageType.Offer)), Is.Empty);
        Assert.That(conversation.Say(Message(DhcpMessageType.Discover)[..239]), Is.Empty);
    }

    [Test]
    public void LeasesSurviveASnapshot()
    {
        var first = new DhcpServer(Options());
        Bind(new DhcpConversation(first), "10.9.0.10");
        using var stream = new MemoryStream();
        StatePart.Of("leases", first.Leases).Save(stream);
        stream.Position = 0;
        var server = new DhcpServer(Options());
        StatePart.Of("leases", server.Leases).Restore(stream);
        Assert.That(server.Leases.Save().Leases, Is.EqualTo(first.Leases.Save().Leases).And.Length.EqualTo(1));
        Assert.That(new DhcpConversation(server).Ask(Message(DhcpMessageType.Discover, new HardwareAddress(9))).Address,
            Is.EqualTo("10.9.0.11"));
    }

    [Test]
    public void AWrongPoolIsRefusedBeforeTheRun()
    {
        Assert.That(() => new DhcpServer(Options() with { PoolEnd = Ipv4Address.Parse("10.9.1.1") }), Throws.ArgumentException);
        Assert.That(() => new DhcpServer(Options() with { PoolEnd = Ipv4Address.Parse("10.9.0.9") }), Throws.ArgumentException);
        Assert.That(() => new DhcpServer(Options() with { Domain = new string('x', 250) }), Throws.ArgumentException);
        Assert.That(() => new DhcpServer(Options() with
        {
            Subnet = Ipv4Subnet.Parse("10.0.0.0/8"),
            PoolEnd = Ipv4Address.Parse("10.9.16.10"),
        }), Throws.ArgumentException);
    }

    private static void Bind(DhcpConversation conversation, string address) =>
        Assert.That(conversation.Ask(Message(DhcpMessageType.Request, options: [Wish(address), Server(Me)])),
            Is.EqualTo((DhcpMessageType.Acknowledge, address)));

    private static DhcpConversation Start(params DhcpReservation[] reservations) =>
        new(new DhcpServer(Options() with { Reservations = reservations }));

    private static DhcpOptions Options() => new()
    {
        Subnet = Ipv4Subnet.Parse("10.9.0.0/24"),
        Server = Ipv4Address.Parse(Me),
        PoolStart = Ipv4Address.Parse("10.9.0.10"),
        PoolEnd = Ipv4Address.Parse("10.9.0.12"),
        NameServers = [Ipv4Address.Parse(Me)],
        Domain = "lab",
        LeaseSeconds = 3_600,
    };
}
