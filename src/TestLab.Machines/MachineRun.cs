using TestLab.Processor;
using TestLab.Processor.Execution;
using TestLab.Simulation;

namespace TestLab.Machines;

/// <summary>The loop of a machine: run the processor to the next event, let events fire, jump over idle time.</summary>
/// <remarks>
/// Whatever happens strictly before the end has happened when it returns; an event at the very end has not, for a
/// frame of the same moment may still come before it.
/// </remarks>
internal sealed class MachineRun(
    Cpu processor, EventQueue events, ClockRate rate, PowerSwitch power, MachineStatistics statistics)
{
    private bool _stopRequested;
    private bool _isHalted;

    /// <summary>True while the processor waits for an interrupt, and no event has happened since it was last looked at.</summary>
    public bool IsHalted => _isHalted;

    /// <summary>The processor's state was replaced from outside: nothing is known of it.</summary>
    public void Forget() => _isHalted = false;

    public void RequestStop()
    {
        _stopRequested = true;
        processor.RequestStop();
    }

    /// <param name="end">Everything before it is done.</param>
    /// <param name="clock">A tick of the clock at which to end earlier.</param>
    public RunResult Until(VirtualTime end, ulong clock = ulong.MaxValue)
    {
        _stopRequested = false;
        ulong lastClock = Math.Min(clock, rate.CountAt(end));
        while (true)
        {
            FireDue(end);
            if (power.IsOff) return RunResult.PoweredOff;
            if (power.Reset != ResetCause.None) return RunResult.ResetRequested;
            if (_stopRequested) return RunResult.Stopped;
            if (processor.Clock >= lastClock) return RunResult.TimeReached;

            CpuExit exit = processor.RunUntil(NextStop(lastClock));
            statistics.ExitCounts[(int)exit]++;
            _isHalted = exit == CpuExit.Halted;
            if (exit == CpuExit.Shutdown) power.RequestReset(ResetCause.TripleFault);
            if (exit == CpuExit.Halted && !TryJump(lastClock)) return RunResult.Idle;
        }
    }

    /// <summary>Events go on while the machine is off, each at its time, until one of them switches it on.</summary>
    public void PassSwitchedOff(VirtualTime end)
    {
        while (power.IsOff && events.NextTime < end)
        {
            SkipTo(rate.CountAt(events.NextTime));
            statistics.Events += (ulong)events.RunDue(events.NextTime);
        }

        if (power.IsOff && end != VirtualTime.Never) SkipTo(rate.CountAt(end));
    }

    private ulong NextStop(ulong lastClock) => Math.Min(lastClock, rate.CountAt(events.NextTime));

    private void FireDue(VirtualTime end)
    {
        VirtualTime last = end == VirtualTime.Never ? end : end.After(-1);
        int fired = events.RunDue(VirtualTime.Min(rate.TimeAt(processor.Clock), last));
        if (fired == 0) return;
        statistics.Events += (ulong)fired;
        _isHalted = false;
    }

    /// <summary>The idle jump; false where there is nothing to jump to.</summary>
    private bool TryJump(ulong lastClock)
    {
        ulong target = NextStop(lastClock);
        if (target == ulong.MaxValue) return false;
        SkipTo(target);
        return true;
    }

    private void SkipTo(ulong clock)
    {
        statistics.IdleTicks += clock - Math.Min(clock, processor.Clock);
        processor.SkipTo(clock);
    }
}
