using TestLab.Simulation;
using TestLab.Simulation.Comparison;
using TestLab.Simulation.Processes;

namespace TestLab.Machines.Processes;

/// <summary>A PC as a logical process: frames at its cards, messages at its control port, and power that comes and goes.</summary>
/// <remarks>
/// Board and process share one queue of events, so a frame reaches the guest exactly at its time. The process made the
/// first timer, the inbox: of one moment, what comes from outside comes before the machine's own timers.
/// </remarks>
public sealed class MachineProcess : LogicalProcess, IBulkState, IInstructionTrace, IDisposable
{
    /// <summary>From a reset or power-on to the guest's first instruction; the self-test of firmware is not modelled closer.</summary>
    public const long StartNanoseconds = 10_000_000;

    private const string MachinePart = "machine";

    private readonly MachineSetup _setup;
    private readonly CardPort[] _cards;
    private VirtualTime _reached;
    private bool _isAdvancing;

    public MachineProcess(MachineSetup setup)
        : this(setup, (options, events) => new PersonalComputer(options, events))
    {
        if (setup.StartsOn) Load();
        else Machine.CutPower();
    }

    private MachineProcess(MachineSetup setup, Func<MachineOptions, EventQueue, PersonalComputer> make)
        : base(setup.Hardware.Name, new EventQueue())
    {
        _setup = setup;
        _cards = [.. setup.Cards.Select((address, index) => new CardPort(this, address, index))];
        Control = new ControlPort(this, setup);
        Machine = make(WithOwnDevices(setup), Events);
        Control.Follow(Machine);
        AddPart(MachinePart, this);
        AddPart("control", Control);
    }

    public PersonalComputer Machine { get; }

    /// <summary>The network cards, in the order of the setup.</summary>
    public IReadOnlyList<CardPort> Cards => _cards;

    public ControlPort Control { get; }

    /// <remarks>An instruction may take the machine's clock beyond what has been reached; a frame may still come before.</remarks>
    public override VirtualTime Now =>
        Events.Firing ?? (_isAdvancing ? VirtualTime.Max(_reached, Machine.Now) : _reached);

    public override VirtualTime NextAction => VirtualTime.Max(_reached, Machine.NextAction);

    public override void Advance(VirtualTime until)
    {
        _isAdvancing = true;
        while (!IsDone(until))
        {
            // What has asked for it has been done; the next round runs what follows.
        }

        _isAdvancing = false;
        _reached = VirtualTime.Max(_reached, until);
    }

    /// <summary>Runs to exactly that tick of the machine's clock, for whoever looks for the instruction at which two runs part.</summary>
    /// <param name="clock">Within what <see cref="Advance"/> would do.</param>
    /// <param name="until">As for <see cref="Advance"/>.</param>
    public void AdvanceToClock(ulong clock, VirtualTime until)
    {
        _isAdvancing = true;
        while (Machine.Clock < clock && !IsDone(until, clock))
        {
            // As above.
        }

        _isAdvancing = false;
    }

    /// <summary>A second machine in the state of this one, whose pages it shares until either writes to them.</summary>
    /// <param name="setup">Of equal hardware; name, seed and addresses are the fork's own.</param>
    public MachineProcess Fork(MachineSetup setup)
    {
        var fork = new MachineProcess(setup, Machine.Fork) { _reached = _reached };
        fork.Control.Restore(Control.Save());
        return fork;
    }

    public override IEnumerable<PartHash> HashParts() =>
        base.HashParts().Where(part => part.Name != MachinePart).Concat(Machine.HashParts());

    void IBulkState.Save(Stream stream) => Machine.Save(stream);

    void IBulkState.Restore(Stream stream)
    {
        Machine.Restore(stream);
        _reached = VirtualTime.Zero;
    }

    StateHash IBulkState.Hash() => Machine.StateHash();

    string IInstructionTrace.DescribeNext() => Machine.DescribeNext();

    bool IInstructionTrace.Step(VirtualTime until)
    {
        if (NextAction >= until) return false;
        if (Machine.IsPoweredOff || NextAction > Machine.Now) Advance(NextAction.After(1));
        else AdvanceToClock(Machine.Clock + 1, until);
        return true;
    }

    StateHash IInstructionTrace.HashStep() => Machine.StateHash();

    public void Dispose() => Machine.Dispose();

    /// <summary>What comes through the control port and is about the machine as a whole; false for what is not.</summary>
    internal bool TryControl(MachineMessageKind kind)
    {
        switch (kind)
        {
            case MachineMessageKind.PressPowerButton:
                if (!Machine.IsPoweredOff) Machine.PressPowerButton();
                return true;
            case MachineMessageKind.PowerOff:
                if (!Machine.IsPoweredOff) Machine.RequestPowerOff();
                return true;
            case MachineMessageKind.PowerOn:
                if (Machine.IsPoweredOff) SwitchOn();
                return true;
            case MachineMessageKind.Reset:
                if (!Machine.IsPoweredOff) Machine.RequestReset();
                return true;
            default: return false;
        }
    }

    private static void DropInput(PersonalComputer machine)
    {
        machine.SerialPorts[0].DropInput();
        machine.Console?.DropInput();
    }

    /// <summary>One step towards the time; false after a change of power, when there may be more to do.</summary>
    private bool IsDone(VirtualTime until, ulong clock = ulong.MaxValue)
    {
        if (Machine.IsPoweredOff)
        {
            Machine.RunSwitchedOff(until);
            return Machine.IsPoweredOff;
        }

        switch (Machine.RunToClock(clock, until))
        {
            case RunResult.PoweredOff:
                SwitchOff();
                return false;
            case RunResult.ResetRequested:
                Restart();
                return false;
            case RunResult.Stopped: return false;
            default: return true;
        }
    }

    private void SwitchOff()
    {
        DropInput(Machine);
        Machine.CutPower();
        Control.Send(MachineMessageKind.PowerOff);
    }

    private void SwitchOn()
    {
        Machine.SwitchOn();
        Control.Send(MachineMessageKind.PowerOn);
        Start();
    }

    private void Restart()
    {
        Control.Send(MachineMessageKind.Reset, value: (int)Machine.ResetCause);
        DropInput(Machine);
        Machine.Reset();
        Start();
    }

    private void Start()
    {
        Machine.Wait(StartNanoseconds);
        Load();
    }

    private void Load()
    {
        if (_setup.Boot is { } boot) Machine.Boot(boot);
    }

    private MachineOptions WithOwnDevices(MachineSetup setup)
    {
        MachineOptions hardware = setup.Hardware;
        if (hardware.SerialPorts.Count + hardware.Networks.Count + hardware.ConsolePorts.Count != 0)
            throw new ArgumentException("A machine process has its own serial port, cards and console ports.", nameof(setup));
        return hardware with
        {
            SerialPorts = [Control],
            Networks = [.. _cards.Select(card => new Devices.Network.NetworkCard(card.Address, card))],
            ConsolePorts = [.. setup.ConsolePorts.Select((name, port) =>
                new Devices.Virtio.ConsolePort(name, Control.SinkOf(port)))],
        };
    }
}
