using TestLab.Simulation;

namespace TestLab.Networks.Links.Counters;

/// <summary>How much of its time a direction was sending, from power-on to now, in a bounded number of steps.</summary>
/// <remarks>As the run grows longer the steps grow wider: when they no longer reach, each two become one.</remarks>
public sealed class Utilisation : ISnapshotable<UtilisationState>
{
    public const int StepLimit = 256;

    private const long FirstStepNanoseconds = 10_000_000;

    private readonly UtilisationStep[] _steps = new UtilisationStep[StepLimit];

    public long StepNanoseconds { get; private set; } = FirstStepNanoseconds;

    /// <summary>The steps that something happened in, and those before; the last one may be under way.</summary>
    public ReadOnlySpan<UtilisationStep> Steps => _steps.AsSpan(0, Count);

    private int Count { get; set; }

    public UtilisationState Save() => new() { StepNanoseconds = StepNanoseconds, Steps = Steps.ToArray() };

    public void Restore(in UtilisationState state)
    {
        StepNanoseconds = state.StepNanoseconds == 0 ? FirstStepNanoseconds : state.StepNanoseconds;
        Array.Clear(_steps);
        Count = state.Steps.Length;
        state.Steps.CopyTo(_steps, 0);
    }

    /// <summary>A frame occupies the wire from one moment to another.</summary>
    internal void AddFrame(VirtualTime from, VirtualTime to, int bytes)
    {
        ref UtilisationStep first = ref StepAt(from);
        first.Frames++;
        first.Bytes += (ulong)bytes;
        for (VirtualTime start = from; start < to;)
        {
            ref UtilisationStep step = ref StepAt(start);
            long boundary = (start.Nanoseconds / StepNanoseconds + 1) * StepNanoseconds;
            VirtualTime end = VirtualTime.Min(to, new VirtualTime(boundary));
            step.BusyNanoseconds += end.Since(start);
            start = end;
        }
    }

    internal void AddDrop(VirtualTime now) => StepAt(now).Drops++;

    private ref UtilisationStep StepAt(VirtualTime time)
    {
        while (time.Nanoseconds / StepNanoseconds >= StepLimit) Widen();
        int index = (int)(time.Nanoseconds / StepNanoseconds);
        Count = Math.Max(Count, index + 1);
        return ref _steps[index];
    }

    private void Widen()
    {
        for (int i = 0; i < StepLimit / 2; i++) _steps[i] = _steps[2 * i].Joined(_steps[2 * i + 1]);
        Array.Clear(_steps, StepLimit / 2, StepLimit / 2);
        Count = (Count + 1) / 2;
        StepNanoseconds *= 2;
    }
}
