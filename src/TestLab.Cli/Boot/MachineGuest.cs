using System.Globalization;
using TestLab.Machines;
using TestLab.Machines.Control;
using TestLab.Processor.Execution;
using TestLab.Simulation;

namespace TestLab.Cli.Boot;

/// <summary>A PC as a session sees it.</summary>
internal sealed class MachineGuest : IGuest
{
    /// <summary>A busy guest runs so many instructions between two looks: a tenth of a second of the host's.</summary>
    private const ulong BusyInstructions = 20_000_000;

    /// <summary>An idle guest costs nothing, but may become busy at any time in its slice.</summary>
    private const int IdleSlices = 10;

    private readonly PersonalComputer _machine;
    private readonly MachinePlan _plan;
    private readonly HostLine _console;
    private readonly HostLine _control;
    private readonly Action<PersonalComputer> _load;
    private readonly long _sliceNanoseconds;
    private RunResult _result = RunResult.TimeReached;
    private bool _isIdle;

    /// <param name="machine">Owned from now on; loaded already.</param>
    /// <param name="plan">What it was made of.</param>
    /// <param name="console">What its first serial port is connected to.</param>
    /// <param name="control">What its control port is connected to.</param>
    /// <param name="load">Loads the guest after a reset.</param>
    public MachineGuest(
        PersonalComputer machine,
        MachinePlan plan,
        HostLine console,
        HostLine control,
        Action<PersonalComputer> load)
    {
        (_machine, _plan) = (machine, plan);
        (_console, _control, _load) = (console, control, load);
        console.NewsCame = control.NewsCame = machine.RequestStop;
        control.Look(machine.Console);
        _sliceNanoseconds = Math.Max(1, machine.Options.Speed.TimeAt(BusyInstructions).Nanoseconds);
    }

    public long NowNanoseconds => _machine.Now.Nanoseconds;

    public GuestStop? Stop => _result switch
    {
        RunResult.PoweredOff => GuestStop.PoweredOff,
        RunResult.ResetRequested when _machine.ResetCause == ResetCause.TripleFault => GuestStop.TripleFault,
        RunResult.ResetRequested => GuestStop.Reset,
        RunResult.Idle => GuestStop.Idle,
        _ => null,
    };

    public IGuestPort Console => _console;

    public IGuestPort Control => _control;

    public void Advance(long untilNanoseconds)
    {
        _console.Feed(_machine.SerialPorts[0]);
        if (_machine.Console is { } device) _control.Feed(device);
        VirtualTime slice = _machine.Now.After(_sliceNanoseconds * (_isIdle ? IdleSlices : 1));
        ulong before = Retired;
        _result = _machine.Run(VirtualTime.Min(slice, new(untilNanoseconds)));
        _control.Look(_machine.Console);
        _isIdle = Retired - before < BusyInstructions / IdleSlices;
    }

    public void Restart()
    {
        _machine.Reset();
        _load(_machine);
    }

    public void Save(string path) => SnapshotFile.Save(_machine, _plan, path);

    public string Hash() => _machine.StateHash().ToString();

    public IEnumerable<(string Name, string Value)> Statistics(TimeSpan host)
    {
        MachineStatistics statistics = _machine.Statistics;
        double mips = Retired / Math.Max(host.TotalMicroseconds, 1);
        yield return ("instructions", Grouped(Retired));
        yield return ("speed", $"{mips.ToString("F1", CultureInfo.InvariantCulture)} MIPS");
        yield return ("TLB misses", Grouped(_machine.Processor.Mmu.MissCount));
        yield return ("idle ticks", Grouped(statistics.IdleTicks));
        yield return ("timer events", Grouped(statistics.Events));
        yield return ("exceptions", Grouped(statistics.Processor.Exceptions));
        yield return ("interrupts", Grouped(statistics.Processor.Interrupts));
        yield return ("engine entries", Grouped(statistics.Processor.EngineEntries));
        if (_machine.Processor.Translation is { } translation)
        {
            yield return ("translated blocks", Grouped((ulong)translation.Translated));
            yield return ("translated code", $"{Grouped((ulong)translation.PeakBytes)} bytes at most");
            yield return ("translations dropped", Grouped((ulong)translation.Drops));
        }

        foreach (CpuExit exit in Enum.GetValues<CpuExit>())
        {
            yield return ($"exits, {exit}", Grouped(statistics.Exits[(int)exit]));
        }
    }

    public void Dispose() => _machine.Dispose();

    private ulong Retired => _machine.Processor.Clock - _machine.Statistics.IdleTicks;

    private static string Grouped(ulong count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
