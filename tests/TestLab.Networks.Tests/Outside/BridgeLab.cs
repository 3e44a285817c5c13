using TestLab.Networks.Host;
using TestLab.Networks.Hosts;
using TestLab.Networks.Outside;
using TestLab.Networks.Packets;
using TestLab.Networks.Segments;
using TestLab.Simulation.Execution;
using TestLab.Simulation.Processes;

namespace TestLab.Networks.Tests.Outside;

/// <summary>A segment with a bridge to the host and a gateway to the outside, which runs as the host's time passes.</summary>
internal sealed class BridgeLab : IDisposable
{
    private readonly Executor _executor = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Thread _thread;

    public BridgeLab(IOutside bridge, IOutside outside, int serverPort)
    {
        var zone = new DnsZone();
        zone.AddMachine("server", Ipv4Address.Parse("10.9.0.80"));
        for (uint number = 0; number < 200; number++) zone.Add("many.lab", DnsRecord.Of(new Ipv4Address(number)));
        var segment = new Segment("lan", new SegmentOptions
        {
            Host = new HostOptions
            {
                Interface = new InterfaceOptions
                {
                    HardwareAddress = new HardwareAddress(0x0200_0000_0002),
                    Subnet = Ipv4Subnet.Parse("10.9.0.0/24"),
                    Addresses = [Ipv4Address.Parse(NatLab.NameServer)],
                },
                Zone = zone,
            },
        });
        Bridge = new TapBridge("bridge", bridge);
        var gateway = new NatGateway("gateway", NatLab.Options(new NatService(
            NatProtocol.Tcp, NatLab.Endpoint("203.0.113.7", 80), NatLab.Endpoint("127.0.0.1", serverPort))), outside);
        Plug(segment, Bridge, Bridge.Jack, Bridge.Input);
        Plug(segment, gateway, gateway.Jack, gateway.Input);
        foreach (LogicalProcess process in new LogicalProcess[] { segment, Bridge, gateway }) _executor.Add(process);
        _thread = new Thread(Run);
        _thread.Start();
    }

    public TapBridge Bridge { get; }

    public void Dispose()
    {
        _end.Cancel();
        _thread.Join();
        _executor.Dispose();
        _end.Dispose();
    }

    private static void Plug(Segment segment, LogicalProcess process, NetworkJack jack, InputPort end)
    {
        SwitchPort port = segment.Attach(process.Name, out InputPort input);
        var up = new PatchCable(process, "up", 20_000);
        up.Output.Connect(input);
        jack.Cable = up;
        var down = new PatchCable(segment, $"to {process.Name}", 20_000);
        down.Output.Connect(end);
        port.Sink = down;
    }

    private void Run()
    {
        while (!_end.IsCancellationRequested) _executor.RunUntil(_executor.Now.After(10_000_000), _end.Token);
    }
}
