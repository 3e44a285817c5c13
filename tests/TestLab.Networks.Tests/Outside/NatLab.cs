using TestLab.Networks.Hosts;
using TestLab.Networks.Outside;
using TestLab.Networks.Packets;
using TestLab.Networks.Segments;
using TestLab.Networks.Tests.Segments;
using TestLab.Simulation;
using TestLab.Simulation.Execution;
using TestLab.Simulation.Processes;

namespace TestLab.Networks.Tests.Outside;

/// <summary>A guest, a segment, and a gateway to an outside.</summary>
internal sealed class NatLab : IDisposable
{
    public const string Router = "10.9.0.1";
    public const string NameServer = "10.9.0.2";

    private const long CableNanoseconds = 20_000;

    public NatLab(IOutside outside, NatOptions? options = null, Func<IFrameSink, IFrameSink>? guestCable = null)
    {
        Segment = new Segment("wan", new SegmentOptions { Host = HostOptions() });
        Gateway = new NatGateway("gateway", options ?? Options(), outside);
        Guest = new GuestStack("guest", new HardwareAddress(0x0200_0000_0010), "10.9.0.10", Router);
        SwitchPort gatewayPort = Segment.Attach("gateway", out InputPort gatewayInput);
        Join(Gateway, gatewayInput, Gateway.Jack, s => s);
        gatewayPort.Sink = Cable(Segment, "to gateway", Gateway.Input);
        SwitchPort guestPort = Segment.Attach("guest", out InputPort guestInput);
        Join(Guest, guestInput, Guest.Jack, guestCable ?? (s => s));
        IFrameSink down = Cable(Segment, "to guest", Guest.Input);
        guestPort.Sink = new Ear(Guest, guestCable is null ? down : guestCable(down));
        foreach (LogicalProcess process in new LogicalProcess[] { Segment, Gateway, Guest }) Executor.Add(process);
    }

    public Executor Executor { get; } = new();

    public Segment Segment { get; }

    public NatGateway Gateway { get; }

    public GuestStack Guest { get; }

    public static NatOptions Options(params NatService[] services) => new()
    {
        Seed = 42,
        Services = services,
        Interface = new InterfaceOptions
        {
            HardwareAddress = new HardwareAddress(0x0200_0000_0001),
            Subnet = Ipv4Subnet.Parse("10.9.0.0/24"),
            Addresses = [Ipv4Address.Parse(Router)],
        },
    };

    public static Ipv4Endpoint Endpoint(string address, int port) => new(Ipv4Address.Parse(address), (ushort)port);

    public void RunFor(long milliseconds) =>
        Executor.RunUntil(Executor.Now.After(VirtualTime.FromMilliseconds(milliseconds).Nanoseconds));

    /// <summary>Runs until it is so; a minute of virtual time is more than any of these takes.</summary>
    public void RunUntil(Func<bool> condition)
    {
        for (int step = 0; step < 6_000 && !condition(); step++) RunFor(10);
        Assert.That(condition(), Is.True, "It did not come to that within a minute of the lab.");
    }

    /// <summary>The state; what is on its way is in the inboxes once the executor has hashed.</summary>
    public byte[][] Save()
    {
        _ = Executor.Hash();
        return SavedParts.Save(Executor.Processes);
    }

    public void Restore(byte[][] state) => SavedParts.Restore(state, Executor.Processes);

    public void Dispose() => Executor.Dispose();

    private static HostOptions HostOptions() => new()
    {
        Interface = new InterfaceOptions
        {
            HardwareAddress = new HardwareAddress(0x0200_0000_0002),
            Subnet = Ipv4Subnet.Parse("10.9.0.0/24"),
            Addresses = [Ipv4Address.Parse(NameServer)],
        },
        Zone = new DnsZone(),
        Resolver = Ipv4Address.Parse(Router),
    };

    private static PatchCable Cable(LogicalProcess process, string name, InputPort target)
    {
        var cable = new PatchCable(process, name, CableNanoseconds);
        cable.Output.Connect(target);
        return cable;
    }

    private static void Join(LogicalProcess process, InputPort target, NetworkJack jack, Func<IFrameSink, IFrameSink> through) =>
        jack.Cable = through(Cable(process, "to segment", target));

    private sealed class Ear(GuestStack guest, IFrameSink next) : IFrameSink
    {
        public void Send(VirtualTime now, ReadOnlySpan<byte> frame)
        {
            guest.Overhear(now, frame);
            next.Send(now, frame);
        }
    }
}
