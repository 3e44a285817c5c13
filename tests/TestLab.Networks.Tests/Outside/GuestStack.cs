using TestLab.Networks.Hosts;
using TestLab.Networks.Packets;
using TestLab.Networks.Segments;
using TestLab.Networks.Transport;
using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Networks.Tests.Outside;

/// <summary>A guest that is a network stack and nothing else: it connects, sends what it is told, remembers what it hears.</summary>
internal sealed class GuestStack : EventProcess, ITcpUser, IPacketHandler
{
    private readonly Ipv4Interface _interface;
    private readonly EventTimer _orders;
    private readonly Queue<Action<VirtualTime>> _waiting = [];
    private readonly Dictionary<ulong, Queue<byte>> _unsent = [];
    private readonly HashSet<ulong> _finishing = [];

    public GuestStack(string name, HardwareAddress hardware, string address, string router)
        : base(name)
    {
        _interface = new Ipv4Interface(Events, name, new InterfaceOptions
        {
            HardwareAddress = hardware,
            Subnet = Ipv4Subnet.Parse("10.9.0.0/24"),
            Addresses = [Ipv4Address.Parse(address)],
            Router = Ipv4Address.Parse(router),
        }, Jack, this);
        Tcp = new TcpEndpoint(Events, name, _interface, this, new RandomStream(7, name, "tcp"), 100);
        _orders = Events.CreateTimer("orders", Obey);
        Input = AddInput("lan", _interface.Send);
        AddPart("interface", _interface);
        AddPart("tcp", Tcp);
    }

    public InputPort Input { get; }

    public NetworkJack Jack { get; } = new();

    public TcpEndpoint Tcp { get; }

    public Ipv4Address Address => _interface.Address;

    /// <summary>Answers whoever asks at this port; nobody else.</summary>
    public ushort? ListenPort { get; set; }

    /// <summary>Takes what comes; a guest that does not fills its window.</summary>
    public bool Consumes { get; set; } = true;

    public List<byte> Heard { get; } = [];

    public List<(Ipv4Endpoint Source, byte[] Content)> Datagrams { get; } = [];

    public List<(Ipv4Address Source, byte Type, byte Code, byte[] Content)> Messages { get; } = [];

    public int EstablishedCount { get; private set; }

    public int FinishedCount { get; private set; }

    public int BrokenCount { get; private set; }

    public TcpConnection? Last { get; private set; }

    public void Do(Action<VirtualTime> order)
    {
        _waiting.Enqueue(order);
        _orders.Arm(Now);
    }

    public void Connect(string address, ushort port, ushort localPort = 40_000) => Do(now => Last = Tcp.Open(
        now, new Ipv4Endpoint(Address, localPort), new Ipv4Endpoint(Ipv4Address.Parse(address), port)));

    /// <summary>Sends bytes on the last connection as it takes them.</summary>
    public void Say(byte[] content, bool finish = false) => Do(now =>
    {
        if (Last is not { } connection) return;
        if (!_unsent.TryGetValue(connection.Id, out Queue<byte>? unsent)) _unsent[connection.Id] = unsent = [];
        foreach (byte value in content) unsent.Enqueue(value);
        if (finish) _finishing.Add(connection.Id);
        Pump(now, connection);
        Tcp.Settle(connection);
    });

    public void SayDatagram(ushort localPort, string address, ushort port, byte[] content) => Do(now => _interface.SendUdp(
        now, new Ipv4Endpoint(Address, localPort), new Ipv4Endpoint(Ipv4Address.Parse(address), port), content));

    public void SayRaw(byte protocol, string address, byte[] payload) =>
        Do(now => _interface.Send(now, protocol, Address, Ipv4Address.Parse(address), payload));

    public bool IsWelcome(VirtualTime now, TcpConnection connection)
    {
        if (connection.Local.Port != ListenPort) return false;
        Last = connection;
        connection.Answer(now);
        return true;
    }

    public void Established(VirtualTime now, TcpConnection connection)
    {
        EstablishedCount++;
        Pump(now, connection);
    }

    public void Received(VirtualTime now, TcpConnection connection, ReadOnlySpan<byte> content)
    {
        Heard.AddRange(content);
        if (Consumes) connection.Consume(now, content.Length);
    }

    public void Acknowledged(VirtualTime now, TcpConnection connection, int count) => Pump(now, connection);

    public void Finished(VirtualTime now, TcpConnection connection) => FinishedCount++;

    public void Broken(VirtualTime now, TcpConnection connection) => BrokenCount++;

    void IPacketHandler.InTransit(VirtualTime now, in Ipv4Packet packet) =>
        Assert.Fail("A guest hears only what is for it.");

    void IPacketHandler.Received(VirtualTime now, in Ipv4Packet packet)
    {
        if (packet.Protocol == IpProtocol.Tcp)
        {
            Tcp.Receive(now, packet);
        }
        else
        {
            Assert.That(packet.Protocol, Is.EqualTo(IpProtocol.Udp));
            Assert.That(UdpPacket.TryParse(packet, out UdpPacket datagram), Is.True, "Length and checksum are right.");
            Datagrams.Add((new Ipv4Endpoint(packet.Source, datagram.SourcePort), datagram.Payload.ToArray()));
        }
    }

    /// <summary>Messages of ICMP go past the interface, which answers them by itself.</summary>
    public void Overhear(VirtualTime now, ReadOnlySpan<byte> frame)
    {
        if (EthernetPacket.TryParse(frame, out EthernetPacket packet) && packet.Type == EtherType.Ipv4
            && Ipv4Packet.TryParse(packet.Payload, out Ipv4Packet ip) && ip.Protocol == IpProtocol.Icmp
            && IcmpPacket.TryParse(ip.Payload, out IcmpPacket message))
            Messages.Add((ip.Source, message.Type, message.Code, message.Bytes[4..].ToArray()));
    }

    private void Obey(VirtualTime now)
    {
        while (_waiting.TryDequeue(out Action<VirtualTime>? order)) order(now);
    }

    private void Pump(VirtualTime now, TcpConnection connection)
    {
        if (connection.Phase != TcpPhase.Established || !_unsent.TryGetValue(connection.Id, out Queue<byte>? unsent)) return;
        byte[] part = new byte[Math.Min(unsent.Count, connection.FreeBytes)];
        for (int index = 0; index < part.Length; index++) part[index] = unsent.Dequeue();
        if (part.Length > 0) connection.Write(now, part);
        if (unsent.Count == 0 && _finishing.Remove(connection.Id)) connection.Finish(now);
    }
}
