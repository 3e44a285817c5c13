using TestLab.Labs.Plans;
using TestLab.Machines;
using TestLab.Machines.Boot;
using TestLab.Machines.Control;
using TestLab.Machines.Devices.Network;
using TestLab.Machines.Devices.Storage;
using TestLab.Machines.Processes;
using TestLab.Networks.Capture;
using TestLab.Networks.Links;
using TestLab.Networks.Segments;
using TestLab.Simulation;
using TestLab.Simulation.Processes;
using LinkDirection = TestLab.Networks.Links.LinkDirection;

namespace TestLab.Labs.Running;

/// <summary>A lab put together: machines, segments, the links between them, and the conductor; not yet running.</summary>
internal sealed class LabAssembly : IDisposable
{
    private readonly CellPlan _cell;
    private readonly LabMaterial _material;
    private readonly LinkSettingsTable _settings;
    private readonly Dictionary<string, MachineProcess> _machines = [];
    private readonly Dictionary<string, Segment> _segments = [];
    private readonly List<LogicalProcess> _waysOut = [];
    private readonly Dictionary<LogicalProcess, LinkPanel> _panels = [];
    private readonly Dictionary<(string Link, LinkWay Way), LinkDirection> _directions = [];
    private readonly Dictionary<(string Link, LinkWay Way), LinkMeter> _meters = [];
    private readonly List<FileDisk> _disks = [];

    /// <param name="cell">What to put together.</param>
    /// <param name="material">All that it needs.</param>
    /// <param name="outside">What its networks have beyond them.</param>
    /// <param name="engine">What executes the guests, by name; null for the host's best.</param>
    /// <param name="observer">Who watches it.</param>
    /// <exception cref="BootException">A kernel cannot be booted.</exception>
    /// <exception cref="IOException">A disk cannot be read.</exception>
    public LabAssembly(CellPlan cell, LabMaterial material, LabOutside outside, string? engine, IRunObserver observer)
    {
        (_cell, _material) = (cell, material);
        _settings = new LinkSettingsTable(cell, material.Trace);
        bool isWhole = false;
        try
        {
            foreach (NetworkPlan network in cell.Networks) Add(new NetworkAssembly(cell, network, outside));
            foreach (MachinePlan machine in cell.Machines) _machines.Add(machine.Name, Build(machine, engine, observer));
            Conductor = new Conductor(cell, material, _settings, observer);
            foreach (Guest guest in Conductor.Guests) guest.Remote.Connect(_machines[guest.Name].Control);
            foreach (LinkPlan link in cell.Links) Connect(link);
            isWhole = true;
        }
        finally
        {
            if (!isWhole) Dispose();
        }
    }

    public Conductor Conductor { get; }

    public IReadOnlyDictionary<string, MachineProcess> Machines => _machines;

    public IReadOnlyDictionary<string, Segment> Segments => _segments;

    /// <summary>All of it, in the order of the plan.</summary>
    public IEnumerable<LogicalProcess> Processes => [Conductor, .. _segments.Values, .. _waysOut, .. _machines.Values];

    public LinkDirection Direction(string link, LinkWay way) => _directions[(link, way)];

    public LinkMeter Meter(string link, LinkWay way) => _meters[(link, way)];

    /// <summary>To be asked for while no process runs.</summary>
    public LinkTotals Totals(VirtualTime now) => new(now, [.. _cell.Links.Select(link => new LinkTotal(
        link.Name, DirectionTotal.Of(Direction(link.Name, LinkWay.Down)), DirectionTotal.Of(Direction(link.Name, LinkWay.Up))))]);

    /// <summary>Adds the interfaces of one capture: both ends of a link, or all links of a network.</summary>
    public void Tap(PacketCapture capture, CapturePlan plan)
    {
        foreach (LinkPlan link in _cell.Links.Where(link => link.Name == plan.Link || link.Network == plan.Network))
        {
            CaptureInterface captured = capture.AddInterface(link.Name, (int)plan.BytesMax);
            Direction(link.Name, LinkWay.Up).Attach(captured.AddTap(CapturePoint.Receiver, CaptureFlow.Outbound));
            Direction(link.Name, LinkWay.Down).Attach(captured.AddTap(CapturePoint.Sender, CaptureFlow.Inbound));
        }
    }

    public void Dispose()
    {
        foreach (MachineProcess machine in _machines.Values) machine.Dispose();
        foreach (FileDisk disk in _disks) disk.Dispose();
    }

    private void Add(NetworkAssembly network)
    {
        _segments.Add(network.Plan.Name, network.Segment);
        _panels.Add(network.Segment, new LinkPanel(network.Segment, _settings.All));
        if (network.WayOut is { } wayOut) _waysOut.Add(wayOut);
    }

    private MachineProcess Build(MachinePlan machine, string? engine, IRunObserver observer)
    {
        MachineMaterial material = _material.Of(machine);
        IReadOnlyList<IBlockBackend> disks = [];
        if (material.Disk is { } path)
        {
            var disk = new FileDisk(path);
            _disks.Add(disk);
            disks = [new OverlayDisk(disk)];
        }

        var process = new MachineProcess(new MachineSetup
        {
            Hardware = new MachineOptions
            {
                Name = machine.Name,
                MemoryBytes = machine.MemoryBytes,
                Speed = new ClockRate(machine.InstructionsPerSecond, (ulong)VirtualTime.NanosecondsPerSecond),
                Seed = new RandomStream(_cell.Seed, machine.Name, "machine").At(0),
                EpochUnixSeconds = _cell.EpochUnixSeconds,
                Disks = disks,
            }.WithProcessor(machine.Processor).WithEngine(engine),
            Cards = [.. machine.Cards.Select(card => new MacAddress(Addresses.NumberOf(card.Mac)))],
            ConsolePorts = [ControlClient.PortName],
            Boot = new LinuxBoot
            {
                Kernel = material.Kernel,
                Initrd = material.Initrd,
                CommandLine = GuestCommandLine.Of(_cell, machine, material.CommandLine),
                Memory = new MemoryLayout(machine.MemoryBytes),
                Unpacking = _material.Kernels.Find,
            },
            StartsOn = false,
            Console = new ConsoleRelay(machine.Name, observer),
        });
        _panels.Add(process, new LinkPanel(process, _settings.All));
        return process;
    }

    private void Connect(LinkPlan link)
    {
        MachineProcess machine = _machines[link.Machine];
        Segment segment = _segments[link.Network];
        CardPort card = machine.Cards[link.Card];
        LinkDirection up = Direct(link, LinkWay.Up, machine, link.Up);
        LinkDirection down = Direct(link, LinkWay.Down, segment, link.Down);
        SwitchPort port = segment.Attach(link.Name, out InputPort input);
        port.Sink = down;
        card.Cable = up;
        up.CarrierChanged += hasCarrier => card.HasCarrier = hasCarrier;
        up.Port.Connect(input);
        down.Port.Connect(card.Input);
    }

    private LinkDirection Direct(LinkPlan link, LinkWay way, LogicalProcess process, Links.LinkModel model)
    {
        Networks.Links.LinkSettings settings = _settings.All[_settings.IndexOf(link, model, isBlocked: false)];
        var direction = new LinkDirection(
            process, new LinkPath(link.Name), way, _cell.Seed, settings with { HasCarrier = link.IsPlugged });
        if (_settings.Timetable(link, model) is { } timetable) direction.Follow(timetable);
        LinkPanel panel = _panels[process];
        var meter = new LinkMeter(direction);
        Conductor.Links.Add(link, way, panel, panel.Add(direction, meter));
        _directions.Add((link.Name, way), direction);
        _meters.Add((link.Name, way), meter);
        return direction;
    }

    private sealed class ConsoleRelay(string machine, IRunObserver observer) : IConsoleObserver
    {
        public void Written(VirtualTime time, ReadOnlySpan<byte> bytes) => observer.ConsoleWritten(time, machine, bytes);
    }
}
