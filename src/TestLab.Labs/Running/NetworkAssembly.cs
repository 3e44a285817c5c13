using TestLab.Labs.Plans;
using TestLab.Networks.Hosts;
using TestLab.Networks.Outside;
using TestLab.Networks.Packets;
using TestLab.Networks.Segments;
using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Labs.Running;

/// <summary>One network put together: its segment, and the way out where it has one.</summary>
/// <remarks>
/// Whatever its kind, the network's own services are at the gateway's address: a host of the segment's, or, where there
/// is an outside, the router to it.
/// </remarks>
internal sealed class NetworkAssembly
{
    /// <summary>Of the cable to what leads out: short beside any link, and yet something to look ahead by.</summary>
    private const long CableNanoseconds = 20_000;

    private const string EveryName = "*";

    private readonly CellPlan _cell;

    public NetworkAssembly(CellPlan cell, NetworkPlan plan, LabOutside outside)
    {
        (_cell, Plan) = (cell, plan);
        Segment = new Segment($"network {plan.Name}", new SegmentOptions { Host = HasHost ? Host() : null });
        switch (plan.Kind)
        {
            case NetworkKind.Nat:
                var gateway = new NatGateway($"gateway {plan.Name}", Nat(), outside.Open(plan));
                Plug(gateway, gateway.Jack, gateway.Input);
                break;
            case NetworkKind.Bridged:
                var bridge = new TapBridge($"bridge {plan.Name}", outside.Open(plan));
                Plug(bridge, bridge.Jack, bridge.Input);
                break;
        }
    }

    public NetworkPlan Plan { get; }

    public Segment Segment { get; }

    /// <summary>The gateway or the bridge; null where nothing leaves the network.</summary>
    public LogicalProcess? WayOut { get; private set; }

    /// <summary>The router of an outside serves the network itself; a bridge that serves nothing leads to who does.</summary>
    private bool HasHost => Plan.Kind switch
    {
        NetworkKind.Nat => false,
        NetworkKind.Bridged => Plan.Dhcp is not null || Plan.Dns.IsServed,
        _ => true,
    };

    private void Plug(LogicalProcess wayOut, NetworkJack jack, InputPort end)
    {
        WayOut = wayOut;
        SwitchPort port = Segment.Attach("outside", out InputPort input);
        var up = new PatchCable(wayOut, "to segment", CableNanoseconds);
        up.Output.Connect(input);
        jack.Cable = up;
        var down = new PatchCable(Segment, "to outside", CableNanoseconds);
        down.Output.Connect(end);
        port.Sink = down;
    }

    private HostOptions Host() => new()
    {
        Interface = Interface(),
        Seed = _cell.Seed,
        Dhcp = Dhcp(),
        Zone = Plan.Dns.IsServed ? Zone() : null,
    };

    private NatOptions Nat() => new()
    {
        Interface = Interface(),
        Seed = _cell.Seed,
        Dhcp = Dhcp(),
        Zone = Plan.Dns.IsServed ? Zone() : null,
        Forwards = WaysIn.Of(Plan),
        // An address of the lab means the lab's machine, or nobody.
        Refused = [.. _cell.Networks.Select(network => Addresses.Of(network.Subnet))],
    };

    private InterfaceOptions Interface() => new()
    {
        HardwareAddress = HardwareAddress.Of(_cell.Seed, Plan.Name),
        Subnet = Addresses.Of(Plan.Subnet),
        Addresses = [Addresses.Of(Plan.Gateway)],
        MtuBytes = Plan.MtuBytes,
    };

    private DhcpOptions? Dhcp() => Plan.Dhcp is not { } dhcp ? null : new DhcpOptions
    {
        Subnet = Addresses.Of(Plan.Subnet),
        Server = Addresses.Of(Plan.Gateway),
        PoolStart = Addresses.Of(dhcp.First),
        PoolEnd = Addresses.Of(dhcp.Last),
        Router = Plan.Kind == NetworkKind.Nat ? Addresses.Of(Plan.Gateway) : null,
        NameServers = Plan.Dns.IsServed ? [Addresses.Of(Plan.Gateway)] : [],
        Domain = "lab",
        MtuBytes = Plan.MtuBytes,
        LeaseSeconds = (uint)Math.Min(uint.MaxValue, dhcp.LeaseNanoseconds / VirtualTime.NanosecondsPerSecond),
        Reservations = [.. _cell.Machines.SelectMany(machine => machine.Cards
            .Where(card => card.Network == Plan.Name)
            .Select(card => new DhcpReservation(
                new HardwareAddress(Addresses.NumberOf(card.Mac)), Addresses.Of(card.Address), machine.Name)))],
    };

    /// <summary>Every machine by its address here, and machines of other networks by theirs; then what the file says.</summary>
    private DnsZone Zone()
    {
        var zone = new DnsZone();
        foreach (MachinePlan machine in _cell.Machines)
        {
            CardPlan[] here = [.. machine.Cards.Where(card => card.Network == Plan.Name)];
            CardPlan[] known = here.Length > 0 ? here : [.. machine.Cards];
            zone.AddMachine(machine.Name, [.. known.Select(card => Addresses.Of(card.Address))]);
        }

        foreach (Plans.DnsName name in Names())
        {
            foreach (System.Net.IPAddress address in name.Addresses) zone.Add(name.Name, DnsRecord.Of(address));
        }

        return zone;
    }

    /// <summary>
    /// A machine on several networks asks where there is an outside, so what the file says elsewhere is known there too.
    /// </summary>
    private IEnumerable<Plans.DnsName> Names()
    {
        if (Plan.Kind != NetworkKind.Nat) return Plan.Dns.Names;
        return Plan.Dns.Names
            .Concat(_cell.Networks.Where(network => network != Plan).SelectMany(network => network.Dns.Names)
                .Where(name => name.Name != EveryName))
            .DistinctBy(name => name.Name);
    }
}
