using System.Diagnostics;
using TestLab.Machines.Boot;
using TestLab.Machines.Bus;
using TestLab.Machines.Devices.Clocks;
using TestLab.Machines.Devices.Debugging;
using TestLab.Machines.Devices.Interrupts;
using TestLab.Machines.Devices.Keyboard;
using TestLab.Machines.Devices.Network;
using TestLab.Machines.Devices.Pci;
using TestLab.Machines.Devices.Power;
using TestLab.Machines.Devices.Serial;
using TestLab.Machines.Devices.Virtio;
using TestLab.Machines.Snapshots;
using TestLab.Processor;
using TestLab.Processor.Memory;
using TestLab.Processor.State;
using TestLab.Simulation;

namespace TestLab.Machines;

/// <summary>The PC: this page says which device sits at which port, address and interrupt line.</summary>
public sealed class PersonalComputer : IDisposable
{
    private const ulong IoApicAddress = 0xFEC0_0000;
    private const uint FirstWindowAddress = 0xE000_0000;
    private const ushort PowerPort = 0x600;
    private const ushort ConfigPort = 0xCF8;
    private const ushort ResetPort = 0xCF9;
    private const ushort ClockPort = 0x70;
    private const int TimerLine = 0;
    private const int TimerIoApicInput = 2;
    private const int KeyboardLine = 1;
    private const int ClockLine = 8;
    private const int PowerLine = 9;
    private const int FirstPciLine = 10;
    private const int PciLineCount = 2;
    private const int FirstPluggedSlot = 2;

    private static readonly (ushort Port, byte Line)[] SerialPlaces = [(0x3F8, 4), (0x2F8, 3)];

    private readonly MachineClock _clock;
    private readonly PowerSwitch _power = new();
    private readonly MachineRun _run;
    private readonly PortSpace _ports = new();
    private readonly MemorySpace _devices = new();
    private readonly PicPair _pic = new();
    private readonly InterruptLine[] _lines = new InterruptLine[PicPair.InputCount];
    private readonly SharedInterruptLine[] _pciLines = new SharedInterruptLine[PciLineCount];
    private readonly List<SerialPort> _serialPorts = [];
    private readonly LocalApic _localApic;
    private readonly PowerManagement _powerManagement;
    private readonly PciHost _pci;
    private readonly List<VirtioDevice> _plugged = [];
    private readonly List<VirtioNetwork> _networks = [];
    private readonly MemoryDigest _memoryDigest;
    private uint _nextWindowAddress = FirstWindowAddress;

    /// <param name="options">What it is made of.</param>
    /// <param name="events">The timers of the process that it belongs to, if it does not stand alone.</param>
    public PersonalComputer(MachineOptions options, EventQueue? events = null)
        : this(options, events ?? new EventQueue(), new GuestMemory(options.MemoryBytes))
    {
        WriteTables();
    }

    private PersonalComputer(MachineOptions options, EventQueue events, GuestMemory memory)
    {
        options.Check();
        Options = options;
        Events = events;
        Memory = memory;
        _clock = new MachineClock(options.Speed);

        // Around the processor.
        var counter = new TimeStampCounter(_clock, ProcessorClocks.TimeStampCounter);
        _localApic = new LocalApic(_clock, Events, counter, ProcessorClocks.LocalApicTimer);
        var ioApic = new IoApic(_localApic);
        _localApic.InterruptEnded = ioApic.EndInterrupt;
        MemorySpace.Window apicWindow = _devices.Add(LocalApic.DefaultAddress, LocalApic.WindowBytes, _localApic);
        _localApic.BaseChanged = () => (apicWindow.Address, apicWindow.IsVisible) = (_localApic.Address, _localApic.IsEnabled);
        _devices.Add(IoApicAddress, IoApic.WindowBytes, ioApic);
        for (int line = 0; line < _lines.Length; line++) _lines[line] = ConnectLine(line, ioApic);
        for (int line = 0; line < PciLineCount; line++) _pciLines[line] = new SharedInterruptLine(_lines[FirstPciLine + line]);

        // At fixed ports.
        var pit = new Pit(_clock, Events, _lines[TimerLine]);
        var control = new SystemControlPort(pit, _clock);
        var rtc = new Rtc(_clock, Events, _lines[ClockLine], options.EpochUnixSeconds);
        var keyboard = new KeyboardController(_lines[KeyboardLine], () => _power.RequestReset(ResetCause.KeyboardController));
        var fastControl = new FastControlPort(() => _power.RequestReset(ResetCause.FastControlPort));
        _powerManagement = new PowerManagement(_clock, Events, _lines[PowerLine], _power.PowerOff);
        _pci = new PciHost(() => _power.RequestReset(ResetCause.ResetRegister));
        var delay = new DelayPort();
        _ports.Add(0x20, 2, _pic.Master);
        _ports.Add(0xA0, 2, _pic.Slave);
        _ports.Add(0x4D0, 2, _pic);
        _ports.Add(0x40, 4, pit);
        _ports.Add(0x60, 1, keyboard.Data);
        _ports.Add(0x61, 1, control);
        _ports.Add(0x64, 1, keyboard.Command);
        _ports.Add(ClockPort, 2, rtc);
        _ports.Add(0x80, 1, delay);
        _ports.Add(0x92, 1, fastControl);
        _ports.Add(0xED, 1, delay);
        _ports.Add(PowerPort, PowerManagement.PortCount, _powerManagement);
        _ports.Add(ConfigPort, PciHost.PortCount, _pci);
        if (options.DebugLog is { } log) _ports.Add(0x402, 1, new DebugPort(log));
        for (int index = 0; index < Math.Min(options.SerialPorts.Count, SerialPlaces.Length); index++)
        {
            (ushort port, byte line) = SerialPlaces[index];
            _serialPorts.Add(new SerialPort(_clock, Events, _lines[line], options.SerialPorts[index]));
            _ports.Add(port, 8, _serialPorts[index]);
        }

        // In PCI slots.
        ChipsetFunction hostBridge = ChipsetFunction.HostBridge();
        ChipsetFunction isaBridge = ChipsetFunction.IsaBridge();
        _pci.Plug(0, hostBridge);
        _pci.Plug(1, isaBridge);
        Parts.Add("pci.host", hostBridge);
        Parts.Add("pci.isa", isaBridge);
        var entropy = new VirtioEntropy(new RandomStream(options.Seed, options.Name, "virtio-rng"));
        Plug("entropy", entropy, entropy);
        for (int index = 0; index < options.Disks.Count; index++)
        {
            var disk = new VirtioBlock(_clock, Events, options.Disks[index], $"disk{index}", DiskTiming.Default);
            Plug($"disk{index}", disk, disk);
        }

        for (int index = 0; index < options.Networks.Count; index++)
        {
            _networks.Add(new VirtioNetwork(_clock, options.Networks[index]));
            Plug($"net{index}", _networks[index], _networks[index]);
        }

        if (options.ConsolePorts.Count > 0)
        {
            Console = new VirtioConsole(options.ConsolePorts);
            Plug("console", Console, Console);
        }

        // The processor.
        var random = new RandomStream(options.Seed, options.Name, "rdrand");
        Bus = new ProcessorBus(_ports, _devices, _localApic, _pic, counter, random);
        Processor = new Cpu(options.Processor, Memory, Bus);
        _clock.Follow(Processor);
        Events.Hastened = _power.Pressed = Processor.RequestStop;
        Statistics = new MachineStatistics(Bus.Statistics, Processor.Statistics);
        _run = new MachineRun(Processor, Events, options.Speed, _power, Statistics);
        _memoryDigest = new MemoryDigest(Memory);

        // Devices first, then the controllers their lines lead to.
        Parts.Add("bus", Bus, survivesReset: true);
        Parts.Add("tsc", counter);
        Parts.Add("pit", pit);
        Parts.Add("control", control);
        Parts.Add("rtc", rtc, survivesReset: true);
        Parts.Add("keyboard", keyboard);
        Parts.Add("port92", fastControl);
        Parts.Add("switch", _power);
        Parts.Add("power", _powerManagement);
        for (int index = 0; index < _serialPorts.Count; index++) Parts.Add($"serial{index}", _serialPorts[index]);
        Parts.Add("pci", _pci);
        Parts.Add("pic", _pic);
        Parts.Add("ioapic", ioApic);
        Parts.Add("lapic", _localApic);
        ConfigureAsFirmware(rtc);
        Parts.KeepAsPowerOn();
    }

    public MachineOptions Options { get; }

    public GuestMemory Memory { get; }

    public Cpu Processor { get; }

    /// <summary>What the processor sees around it; also for tools that look at devices from outside.</summary>
    public ProcessorBus Bus { get; }

    public MachineStatistics Statistics { get; }

    public VirtualTime Now => _clock.Now;

    public IReadOnlyList<SerialPort> SerialPorts => _serialPorts;

    /// <summary>The network cards, in the order of the options.</summary>
    public IReadOnlyList<VirtioNetwork> Networks => _networks;

    /// <summary>The virtio console, if the options name ports for it.</summary>
    public VirtioConsole? Console { get; }

    /// <summary>What asked for the reset that <see cref="Run"/> reported.</summary>
    public ResetCause ResetCause => _power.Reset;

    public bool IsPoweredOff => _power.IsOff;

    internal EventQueue Events { get; }

    /// <summary>The state of the machine part by part: snapshots, and whoever looks for the part in which two runs differ.</summary>
    public MachineParts Parts { get; } = new();

    /// <summary>
    /// Ticks of the processor's clock so far: instructions, deliveries of interrupts, and ticks that passed in idleness.
    /// Equal runs are equal at each of them.
    /// </summary>
    public ulong Clock => Processor.Clock;

    /// <summary>Instructions executed since the machine was made: the clock's ticks without those that were idle.</summary>
    public ulong RetiredInstructions => Clock - Statistics.IdleTicks;

    private MachineSnapshot Snapshot => new(Options, Memory, Processor, Parts, _memoryDigest);

    /// <summary>The earliest moment at which the machine can do anything by itself; its clock chip ticks when it is off, too.</summary>
    /// <remarks>What reaches it from outside does so in an event, or is seen at the next one.</remarks>
    public VirtualTime NextAction =>
        IsPoweredOff || _run.IsHalted ? Events.NextTime : VirtualTime.Min(Now, Events.NextTime);

    /// <summary>Runs all that happens before the time; see <see cref="RunResult"/> for what ends it earlier.</summary>
    public RunResult Run(VirtualTime until) => _run.Until(until);

    /// <summary>Runs to exactly that tick of the clock, for whoever looks for the instruction at which two runs part.</summary>
    /// <param name="clock">Not before <see cref="Clock"/>.</param>
    /// <param name="until">Events from this time on wait, as in <see cref="Run"/>.</param>
    public RunResult RunToClock(ulong clock, VirtualTime until) => _run.Until(until, clock);

    /// <summary>Lets time pass while the machine is off, or until an event switches it on.</summary>
    public void RunSwitchedOff(VirtualTime until) => _run.PassSwitchedOff(until);

    /// <summary>Ends the run under way; a device's backend may call it.</summary>
    public void RequestStop() => _run.RequestStop();

    /// <summary>Pulls the reset line: processor and devices start anew, RAM, clock chip and disks stay.</summary>
    /// <remarks>There is no firmware: whoever loaded the guest loads it again.</remarks>
    public void Reset()
    {
        ResetDevices();
        WriteTables();
    }

    /// <summary>The plug is pulled: RAM and devices forget; the clock chip and the disks do not.</summary>
    public void CutPower()
    {
        ResetDevices();
        foreach (VirtioDevice device in _plugged) device.DropInput();
        Memory.Clear();
        _power.PowerOff();
    }

    /// <summary>Somebody switches on what was off: a machine as new, but for its clock and its disks.</summary>
    public void SwitchOn() => Reset();

    /// <summary>Time in which nothing runs: the self-test of firmware between a reset and the guest's first instruction.</summary>
    public void Wait(long nanoseconds) => Processor.SkipTo(Options.Speed.CountAt(Now.After(nanoseconds)));

    /// <summary>A second machine in the state of this one, which shares its pages until either writes to them.</summary>
    /// <param name="options">Of the same hardware; name, seed and addresses may be others, and backends are its own.</param>
    /// <param name="events">The timers of the process that the fork belongs to.</param>
    /// <exception cref="SnapshotException">The hardware is not the same.</exception>
    public PersonalComputer Fork(MachineOptions options, EventQueue? events = null)
    {
        if (options.MemoryBytes != Options.MemoryBytes || options.Processor != Options.Processor || options.Speed != Options.Speed)
            throw new SnapshotException("A fork has the memory, processor and speed of its origin.");
        var fork = new PersonalComputer(options, events ?? new EventQueue(), Memory.Fork());
        Snapshot.CopyTo(fork.Snapshot);
        return fork;
    }

    /// <summary>Writes the whole state between two runs; the stream is the caller's.</summary>
    public void Save(Stream stream) => Snapshot.Save(stream);

    /// <summary>Takes the state of a machine with the same options.</summary>
    /// <exception cref="SnapshotException">The file is damaged or foreign; this machine is to be thrown away.</exception>
    public void Restore(Stream stream)
    {
        _run.Forget();
        Snapshot.Restore(stream);
    }

    /// <summary>The hash of all that the guest can see; it costs what has changed since it was last asked for.</summary>
    public StateHash StateHash() => Snapshot.Hash();

    /// <summary>The same part by part: processor, devices, memory, disks.</summary>
    public IEnumerable<PartHash> HashParts() => Snapshot.HashParts();

    /// <summary>Loads a kernel into the machine, which is new or was just reset, and puts the processor at its entry.</summary>
    /// <exception cref="BootException">The kernel cannot be booted on this machine.</exception>
    public BootPlan Boot(LinuxBoot boot)
    {
        BootPlan plan = LinuxLoader.Load(boot, (address, bytes) =>
        {
            bool isWritten = Memory.TryWrite(address, bytes);
            Debug.Assert(isWritten, "The loader keeps to the machine's memory.");
        });
        ProcessorEntry.Apply(Processor, plan.Entry);
        return plan;
    }

    /// <summary>The run ends with <see cref="RunResult.PoweredOff"/>, as if somebody had pulled the plug.</summary>
    public void RequestPowerOff() => _power.PowerOff();

    /// <summary>The run ends with <see cref="RunResult.ResetRequested"/>, as if somebody had pressed the reset button.</summary>
    public void RequestReset() => _power.RequestReset(ResetCause.ResetButton);

    /// <summary>For people: the tick of the clock, and the instruction that the processor stands at.</summary>
    public unsafe string DescribeNext() =>
        $"#{Clock} {Processor.State->Segments[(int)SegmentIndex.Cs].Selector:x4}:{Processor.State->Rip:x}"
        + (IsPoweredOff ? " off" : _run.IsHalted ? " halted" : "");

    /// <summary>Somebody presses the power button.</summary>
    public void PressPowerButton() => _powerManagement.PressPowerButton();

    public void Dispose()
    {
        Processor.Dispose();
        Memory.Dispose();
    }

    private void ResetDevices()
    {
        foreach (VirtioDevice device in _plugged) device.Reset();
        Parts.Reset();
        Processor.Reset();
        _run.Forget();
    }

    private InterruptLine ConnectLine(int number, IoApic ioApic)
    {
        int input = number == TimerLine ? TimerIoApicInput : number;
        var line = new InterruptLine();
        line.Connect(high => _pic.SetLine(number, high));
        line.Connect(high => ioApic.SetLine(input, high));
        return line;
    }

    /// <summary>Puts a virtio device into the next slot, with addresses and interrupt as firmware would assign them.</summary>
    private void Plug<TState>(string name, VirtioDevice device, ISnapshotable<TState> state)
        where TState : struct, IState
    {
        int slot = FirstPluggedSlot + _plugged.Count;
        int line = PciLineOf(slot, 0);
        var function = new VirtioFunction(device, Memory, _pciLines[line].Attach(), _localApic);
        function.Connect(_devices);
        function.AssignInterrupt((byte)(FirstPciLine + line));
        foreach (int bar in (int[])[0, 1])
        {
            function.Assign(bar, _nextWindowAddress);
            _nextWindowAddress += VirtioFunction.RegisterWindowBytes; // The larger of the two: both stay aligned.
        }

        _pci.Plug(slot, function);
        _plugged.Add(device);
        Parts.Add($"{name}.pci", function);
        // The device knows itself what a reset takes from it: not the frames on its cable, not its random stream.
        Parts.Add(name, state, survivesReset: true);
    }

    private static int PciLineOf(int slot, int pin) => (slot + pin) % PciLineCount;

    /// <summary>What firmware would have done before the kernel: level triggers, memory sizes, addresses of windows.</summary>
    private void ConfigureAsFirmware(Rtc rtc)
    {
        _localApic.SetVirtualWire();
        foreach (int line in (int[])[PowerLine, FirstPciLine, FirstPciLine + 1])
            _ports.Write(0x4D1, _ports.Read(0x4D1, 1) | 1u << (line - 8), 1);
        CmosMemory.Write(rtc, Options.MemoryBytes);
    }

    private void WriteTables() => AcpiTables.TryWrite(Memory, new AcpiTables.Places(
        PowerPort, ResetPort, ConfigPort, PowerLine, [PowerLine, FirstPciLine, FirstPciLine + 1],
        SerialPlaces[.._serialPorts.Count], ClockPort, ClockLine,
        (slot, pin) => (byte)(FirstPciLine + PciLineOf(slot, pin))));
}
