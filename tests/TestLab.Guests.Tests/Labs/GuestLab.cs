using System.Globalization;
using TestLab.Machines.Processes;
using TestLab.Networks.Hosts;
using TestLab.Networks.Links;
using TestLab.Networks.Packets;
using TestLab.Networks.Segments;
using TestLab.Simulation;
using TestLab.Simulation.Execution;
using TestLab.Simulation.Processes;

namespace TestLab.Guests.Tests.Labs;

/// <summary>Guests and what connects them, run together.</summary>
internal sealed class GuestLab : IDisposable
{
    public const ulong Seed = 20_261_128;

    private const long SliceNanoseconds = 20_000_000;

    private readonly Conductor _conductor = new();
    private readonly List<Guest> _guests = [];

    public GuestLab(ExecutorOptions? options = null)
    {
        Executor = new Executor(options);
        Executor.Add(_conductor);
        Executor.RunUntil(GuestTemplate.Time);
    }

    public Executor Executor { get; }

    public IReadOnlyList<Guest> Guests => _guests;

    public VirtualTime Now => Executor.Now;

    /// <summary>A guest with addresses of its own on its cards, which are down.</summary>
    public Guest Add(string name)
    {
        MachineProcess process = GuestTemplate.Fork(name, _guests.Count + 1, Seed);
        Executor.Add(process);
        var remote = new MachineRemote(_conductor, name, 0, MachineSetup.DefaultControlLookaheadNanoseconds);
        remote.Connect(process.Control);
        Executor.RunUntil(Now); // The executor sees the new connection, and nothing is lost on it.
        var guest = new Guest(process, remote);
        _guests.Add(guest);
        return guest;
    }

    /// <summary>A link between the cards of two guests, and its two directions' counters.</summary>
    public Cable Connect(Guest first, int firstCard, Guest second, int secondCard, DuplexSettings settings)
    {
        var path = new LinkPath($"{first.Name}{firstCard}/{second.Name}{secondCard}");
        var up = new LinkDirection(first.Process, path, LinkWay.Up, Seed, settings.Up);
        var down = new LinkDirection(second.Process, path, LinkWay.Down, Seed, settings.Down);
        Plug(first, firstCard, up);
        Plug(second, secondCard, down);
        up.Port.Connect(second.Process.Cards[secondCard].Input);
        down.Port.Connect(first.Process.Cards[firstCard].Input);
        return new Cable(up, down);
    }

    /// <summary>A segment of the subnet, with a host (.254) that gives addresses from .100 on and knows all names.</summary>
    public Segment AddSegment(string name, string subnet, DnsZone zone)
    {
        Ipv4Subnet network = Ipv4Subnet.Parse(subnet);
        Ipv4Address host = network.Host(254);
        var segment = new Segment(name, new SegmentOptions
        {
            Host = new HostOptions
            {
                Interface = new InterfaceOptions
                {
                    HardwareAddress = HardwareAddress.Of(Seed, name),
                    Subnet = network,
                    Addresses = [host],
                },
                Seed = Seed,
                Dhcp = new DhcpOptions
                {
                    Subnet = network,
                    Server = host,
                    PoolStart = network.Host(100),
                    PoolEnd = network.Host(200),
                    Router = network.Host(1),
                    NameServers = [host],
                    Domain = zone.Domain,
                },
                Zone = zone,
            },
        });
        Executor.Add(segment);
        return segment;
    }

    /// <summary>Plugs a guest's card into a segment.</summary>
    public void Join(Guest guest, int card, Segment segment, DuplexSettings settings)
    {
        var path = new LinkPath($"{guest.Name}{card}/{segment.Name}");
        var up = new LinkDirection(guest.Process, path, LinkWay.Up, Seed, settings.Up);
        var down = new LinkDirection(segment, path, LinkWay.Down, Seed, settings.Down);
        SwitchPort port = segment.Attach(path.Value, out InputPort input);
        port.Sink = down;
        Plug(guest, card, up);
        up.Port.Connect(input);
        down.Port.Connect(guest.Process.Cards[card].Input);
    }

    /// <summary>Two guests on a link, 10.0.0.1 and 10.0.0.2, which know each other.</summary>
    public static GuestLab OfTwo(DuplexSettings settings, out Guest first, out Guest second, out Cable cable)
    {
        var lab = new GuestLab();
        first = lab.Add("first");
        second = lab.Add("second");
        cable = lab.Connect(first, 0, second, 0, settings);
        lab.Execute((first, Configure(1, 0, "10.0.0.1/24") + Neighbour(2, 0, "10.0.0.2")),
            (second, Configure(2, 0, "10.0.0.2/24") + Neighbour(1, 0, "10.0.0.1")));
        return lab;
    }

    /// <summary>The commands that give a card its own hardware address and an IPv4 address, without IPv6 and its chatter.</summary>
    public static string Configure(int guest, int card, string address) =>
        $"echo 1 > /proc/sys/net/ipv6/conf/eth{card}/disable_ipv6; "
        + $"ip link set eth{card} address {GuestTemplate.AddressOf(guest, card)}; "
        + $"ip addr add {address} dev eth{card}; ip link set eth{card} up; ";

    /// <summary>The command that tells a guest another one's address, so that no frame of ARP is on the link.</summary>
    public static string Neighbour(int guest, int card, string address, int ownCard = 0) =>
        $"arp -i eth{ownCard} -s {address} {GuestTemplate.AddressOf(guest, card)}; ";

    /// <summary>Runs commands in several guests at once; gives their outputs, and fails unless all succeed.</summary>
    public string[] Execute(params (Guest Guest, string Command)[] commands)
    {
        foreach ((Guest guest, string command) in commands) guest.Begin(command);
        return Await(60, [.. commands.Select(command => command.Guest)]);
    }

    public string Execute(Guest guest, string command, int limitSeconds = 60)
    {
        guest.Begin(command);
        return Await(limitSeconds, guest)[0];
    }

    /// <summary>Runs until the commands have ended.</summary>
    public string[] Await(int limitSeconds, params Guest[] guests)
    {
        VirtualTime limit = Now.After(limitSeconds * VirtualTime.NanosecondsPerSecond);
        while (Now < limit && guests.Any(guest => !guest.HasEnded)) Advance(SliceNanoseconds);
        return [.. guests.Select(guest => guest.Take())];
    }

    public void Advance(long nanoseconds) => Executor.RunUntil(Now.After(nanoseconds));

    /// <summary>What a guest's kernel has counted, as "Udp InDatagrams".</summary>
    public long Counter(Guest guest, string protocol, string name)
    {
        string[][] lines = [.. Execute(guest, $"grep ^{protocol}: /proc/net/snmp").Split('\n').Select(line => line.Split(' '))];
        return long.Parse(lines[1][Array.IndexOf(lines[0], name)], CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        Executor.Dispose();
        foreach (Guest guest in _guests) guest.Process.Dispose();
    }

    private static void Plug(Guest guest, int card, LinkDirection link)
    {
        CardPort port = guest.Process.Cards[card];
        port.Cable = link;
        link.CarrierChanged += hasCarrier => port.HasCarrier = hasCarrier;
    }
}
