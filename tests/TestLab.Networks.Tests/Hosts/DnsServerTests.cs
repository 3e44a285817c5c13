using System.Buffers.Binary;
using System.Net;
using System.Text;
using TestLab.Networks.Hosts;
using TestLab.Networks.Packets;

namespace TestLab.Networks.Tests.Hosts;

public sealed class DnsServerTests
{
    [Test]
    public void AMachineResolvesToTheByte()
    {
        byte[] query = Query("Server", DnsType.Address);
        byte[] expected =
        [
            0xAB, 0xCD, 0x85, 0x80, 0, 1, 0, 1, 0, 0, 0, 0,
            6, (byte)'S', (byte)'e', (byte)'r', (byte)'v', (byte)'e', (byte)'r', 0, 0, 1, 0, 1,
            0xC0, 0x0C, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 9, 0, 10,
        ];
        Assert.That(Ask(query), Is.EqualTo(expected));
    }

    [TestCase("server.lab", "10.9.0.10")]
    [TestCase("SERVER.LAB", "10.9.0.10")]
    [TestCase("www.example.com", "10.9.0.80")]
    [TestCase("a.b.example.com", "10.9.0.80")]
    [TestCase("mail.example.com", "10.9.0.25")]
    [TestCase("anything.elsewhere.org", "198.51.100.1")]
    public void NamesLeadToAddresses(string name, string address) =>
        Assert.That(Answers(Ask(Query(name, DnsType.Address))), Is.EqualTo(new[] { address }));

    [TestCase("nosuch")]
    [TestCase("nosuch.lab")]
    [TestCase("1.2.3.4.in-addr.arpa")]
    [TestCase("x.mail.example.com")]
    public void AnUnknownNameOfTheLabDoesNotExist(string name) =>
        Assert.That(CodeOf(Ask(Query(name, DnsType.Address))), Is.EqualTo(DnsResponseCode.NoSuchName));

    [Test]
    public void ANameWithoutRecordsOfTheTypeExistsAndSaysHowLongToBelieveIt()
    {
        byte[] response = Ask(Query("server.lab", DnsType.Address6));
        Assert.That(CodeOf(response), Is.EqualTo(DnsResponseCode.None));
        Assert.That(response[7], Is.Zero);
        Assert.That(response[9], Is.EqualTo(1), "The authority's record.");
        byte[] parent = Ask(Query("example.com", DnsType.Address));
        Assert.That((CodeOf(parent), parent[7]), Is.EqualTo((DnsResponseCode.None, (byte)0)));
    }

    [Test]
    public void AnAddressLeadsBackToTheName()
    {
        byte[] response = Ask(Query("10.0.9.10.in-addr.arpa", DnsType.Pointer));
        int offset = response.Length - "server.lab".Length - 2;
        Assert.That(DnsName.TryRead(response, ref offset, out string name), Is.True);
        Assert.That(name, Is.EqualTo("server.lab"));
    }

    [Test]
    public void AnAliasIsFollowedToItsAddress()
    {
        byte[] response = Ask(Query("www.lab", DnsType.Address));
        Assert.That(response[7], Is.EqualTo(2), "The alias and the address.");
        Assert.That(response[^4..], Is.EqualTo(new byte[] { 10, 9, 0, 10 }));
    }

    [Test]
    public void ARingOfAliasesEnds() =>
        Assert.That(Ask(Query("ring1.lab", DnsType.Address))[7], Is.LessThanOrEqualTo(8));

    [Test]
    public void AnAddressOfTheNewerProtocolIsTold() =>
        Assert.That(Ask(Query("six.lab", DnsType.Address6))[^16..], Is.EqualTo(IPAddress.Parse("fd00::10").GetAddressBytes()));

    [Test]
    public void TheExtensionIsAnsweredInKind()
    {
        byte[] response = Ask(Query("server", DnsType.Address, extension: 4_096));
        Assert.That(response[11], Is.EqualTo(1));
        Assert.That(response[^11..], Is.EqualTo(new byte[] { 0, 0, 41, 0x04, 0xD0, 0, 0, 0, 0, 0, 0 }));
        byte[] newer = Query("server", DnsType.Address, extension: 4_096);
        newer[^5] = 1;
        byte[] refusal = Ask(newer);
        Assert.That((refusal[3] & 0xF, refusal[^6]), Is.EqualTo((0, (byte)1)), "BADVERS stands in the extension.");
    }

    [Test]
    public void WhatDoesNotFitIsTruncatedOverDatagramsOnly()
    {
        byte[] query = Query("many.lab", DnsType.Address);
        byte[] response = Ask(query);
        Assert.That(response[2] & 2, Is.EqualTo(2));
        Assert.That(response[7], Is.Zero);
        Assert.That(response.Length, Is.LessThanOrEqualTo(512));
        byte[] whole = Ask(query, isDatagram: false);
        Assert.That(BinaryPrimitives.ReadUInt16BigEndian(whole.AsSpan(6)), Is.EqualTo(60));
        Assert.That(Ask(Query("many.lab", DnsType.Address, extension: 1_400))[7], Is.EqualTo(60));
    }

    [Test]
    public void WithoutAWildcardOthersMayBeAskedForForeignNames()
    {
        var zone = new DnsZone();
        zone.AddMachine("server", Ipv4Address.Parse("10.9.0.10"));
        var server = new DnsServer(zone);
        byte[] response = new byte[512];
        server.Answer(Query("example.com", DnsType.Address), response, true, out bool isForeign);
        Assert.That(isForeign, Is.True);
        server.Answer(Query("nosuch.lab", DnsType.Address), response, true, out isForeign);
        Assert.That(isForeign, Is.False);
        Assert.That(CodeOf(response), Is.EqualTo(DnsResponseCode.NoSuchName));
    }

    [Test]
    public void StrangeQuestionsGetTypedAnswers()
    {
        byte[] status = Query("server", DnsType.Address);
        status[2] |= 2 << 3;
        byte[] two = Query("server", DnsType.Address);
        two[5] = 2;
        byte[] chaos = Query("server", DnsType.Address);
        chaos[^1] = 3;
        byte[] answer = Query("server", DnsType.Address);
        answer[2] |= 0x80;
        Assert.That(CodeOf(Ask(status)), Is.EqualTo(DnsResponseCode.NotImplemented));
        Assert.That(CodeOf(Ask(two)), Is.EqualTo(DnsResponseCode.FormatError));
        Assert.That(CodeOf(Ask(chaos)), Is.EqualTo(DnsResponseCode.Refused));
        Assert.That(Ask(answer), Is.Empty);
        Assert.That(Ask(status[..11]), Is.Empty);
    }

    [Test]
    public void PointersThatDoNotGoBackAreRefused()
    {
        byte[] query = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xC0, 0x0C, 0, 1, 0, 1];
        Assert.That(CodeOf(Ask(query)), Is.EqualTo(DnsResponseCode.FormatError), "It points at itself.");
        query[13] = 0x0E;
        Assert.That(CodeOf(Ask(query)), Is.EqualTo(DnsResponseCode.FormatError), "It points ahead.");
    }

    [TestCase("")]
    [TestCase("a..b")]
    [TestCase("übung")]
    [TestCase("a b")]
    public void NamesThatCannotBeAskedForAreRefusedBeforeTheRun(string name) =>
        Assert.That(() => new DnsZone().Add(name, DnsRecord.Alias("x")), Throws.ArgumentException);

    private static byte[] Query(string name, ushort type, ushort? extension = null)
    {
        var query = new List<byte> { 0xAB, 0xCD, 0x01, 0, 0, 1, 0, 0, 0, 0, 0, extension is null ? (byte)0 : (byte)1 };
        foreach (string label in name.Split('.'))
        {
            query.Add((byte)label.Length);
            query.AddRange(Encoding.ASCII.GetBytes(label));
        }

        query.AddRange([0, (byte)(type >> 8), (byte)type, 0, 1]);
        if (extension is { } size) query.AddRange([0, 0, 41, (byte)(size >> 8), (byte)size, 0, 0, 0, 0, 0, 0]);
        return [.. query];
    }

    private static byte[] Ask(byte[] query, bool isDatagram = true)
    {
        var zone = new DnsZone();
        zone.AddMachine("server", Ipv4Address.Parse("10.9.0.10"));
        zone.Add("*.example.com", DnsRecord.Of(Ipv4Address.Parse("10.9.0.80")));
        zone.Add("mail.example.com", DnsRecord.Of(Ipv4Address.Parse("10.9.0.25")));
        zone.Add("*", DnsRecord.Of(Ipv4Address.Parse("198.51.100.1")));
        zone.Add("www.lab", DnsRecord.Alias("server.lab"));
        zone.Add("ring1.lab", DnsRecord.Alias("ring2.lab"));
        zone.Add("ring2.lab", DnsRecord.Alias("ring1.lab"));
        zone.Add("six.lab", DnsRecord.Of(IPAddress.Parse("fd00::10")));
        for (uint number = 0; number < 60; number++) zone.Add("many.lab", DnsRecord.Of(new Ipv4Address(number)));
        byte[] response = new byte[isDatagram ? DnsQuery.ExtendedLimitBytes : 16_384];
        return response[..new DnsServer(zone).Answer(query, response, isDatagram, out _)];
    }

    private static DnsResponseCode CodeOf(byte[] response) => (DnsResponseCode)(response[3] & 0xF);

    private static IEnumerable<string> Answers(byte[] response)
    {
        for (int answer = 0; answer < response[7]; answer++)
            yield return Ipv4Address.Read(response.AsSpan(response.Length - 4 - 16 * answer)).ToString();
    }
}
