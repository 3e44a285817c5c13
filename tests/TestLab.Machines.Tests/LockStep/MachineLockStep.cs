using TestLab.Processor.State;
using TestLab.Simulation;

namespace TestLab.Machines.Tests.LockStep;

/// <summary>Runs a guest on two machines and compares their whole state after each slice.</summary>
/// <remarks>
/// Where it differs, both run again from their start, and stop more often inside that slice, until they part within one
/// tick. A snapshot would be quicker, but a machine that has been restored has nothing translated, and may not err again.
/// </remarks>
/// <param name="left">Makes the guest on the one machine, each time anew.</param>
/// <param name="right">And on the other one.</param>
internal sealed class MachineLockStep(Func<ISlicedGuest> left, Func<ISlicedGuest> right)
{
    /// <summary>Stops inside the part of the slice that is still in question.</summary>
    private const int Stops = 64;

    /// <summary>Slices that were compared.</summary>
    public int Slices { get; private set; }

    /// <summary>Ticks of the last run's clock.</summary>
    public ulong Clock { get; private set; }

    /// <summary>Runs until both have ended.</summary>
    /// <returns>Null where they are equal throughout.</returns>
    public MachineDifference? Run(int sliceLimit)
    {
        using ISlicedGuest ours = left();
        using ISlicedGuest theirs = right();
        for (Slices = 0; Slices < sliceLimit; Slices++)
        {
            ulong from = Clock = ours.Machine.Clock;
            Parallel.Invoke(() => Advance(ours), () => Advance(theirs));
            if (ours.Machine.StateHash() != theirs.Machine.StateHash() || ours.HasEnded != theirs.HasEnded)
                return Narrow(Slices, from, Math.Max(ours.Machine.Clock, theirs.Machine.Clock));
            if (ours.HasEnded) return null;
        }

        Assert.Fail($"The guest has not ended in {sliceLimit} slices.");
        return null;
    }

    private MachineDifference Narrow(int slice, ulong from, ulong to)
    {
        while (to - from > 1)
        {
            ulong step = (to - from + Stops - 1) / Stops;
            ulong[] stops = [.. Enumerable.Range(1, Stops).Select(number => Math.Min(from + (ulong)number * step, to)).Distinct()];
            StateHash[] ours = HashesAt(left, slice, from, stops);
            StateHash[] theirs = HashesAt(right, slice, from, stops);
            int first = Enumerable.Range(0, stops.Length).FirstOrDefault(number => ours[number] != theirs[number], -1);
            if (first < 0) return new MachineDifference(slice, from, to, "They do not part where they stop more often.");
            (from, to) = (first == 0 ? from : stops[first - 1], stops[first]);
        }

        return new MachineDifference(slice, from, to, Describe(slice, from));
    }

    private static StateHash[] HashesAt(Func<ISlicedGuest> create, int slice, ulong from, ulong[] stops)
    {
        using ISlicedGuest guest = create();
        var hashes = new List<StateHash>();
        RunInto(guest, slice, from, until =>
        {
            foreach (ulong stop in stops)
            {
                guest.Machine.RunToClock(stop, until);
                hashes.Add(guest.Machine.StateHash());
            }
        });
        return [.. hashes];
    }

    /// <summary>Runs to a tick inside a slice, and then does something there.</summary>
    private static void RunInto(ISlicedGuest guest, int slice, ulong clock, Action<VirtualTime> act)
    {
        for (int number = 0; number < slice; number++) Advance(guest);
        guest.Advance(until =>
        {
            if (clock > guest.Machine.Clock) guest.Machine.RunToClock(clock, until);
            act(until);
        });
    }

    private string Describe(int slice, ulong clock)
    {
        string text = "";
        using ISlicedGuest ours = left();
        using ISlicedGuest theirs = right();
        RunInto(ours, slice, clock, ourEnd => RunInto(theirs, slice, clock, theirEnd =>
        {
            text = $"next: {ours.Machine.DescribeNext()}\n      {theirs.Machine.DescribeNext()}\n";
            ours.Machine.RunToClock(clock + 1, ourEnd);
            theirs.Machine.RunToClock(clock + 1, theirEnd);
            PartHash[] parts = [.. ours.Machine.HashParts().Except(theirs.Machine.HashParts())];
            text += $"then: {ours.Machine.DescribeNext()}\n      {theirs.Machine.DescribeNext()}\n"
                + $"differ: {string.Join(", ", parts.Select(part => part.Name))}\n{Registers(ours.Machine, theirs.Machine)}";
        }));
        return text;
    }

    private static unsafe string Registers(PersonalComputer left, PersonalComputer right)
    {
        CpuState* ours = left.Processor.State;
        CpuState* theirs = right.Processor.State;
        var lines = new List<string>();
        for (int number = 0; number < 16; number++)
            if (ours->Registers[number] != theirs->Registers[number]) lines.Add($"r{number}: {ours->Registers[number]:x} | {theirs->Registers[number]:x}");
        if (Flags.ReadAll(ours) != Flags.ReadAll(theirs)) lines.Add($"flags: {Flags.ReadAll(ours):x} | {Flags.ReadAll(theirs):x}");
        return string.Join('\n', lines);
    }

    private static void Advance(ISlicedGuest guest) => guest.Advance(until => guest.Machine.Run(until));
}
