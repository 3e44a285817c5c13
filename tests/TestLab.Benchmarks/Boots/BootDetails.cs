using System.Diagnostics;
using TestLab.Benchmarks.Races;
using TestLab.Machines;

namespace TestLab.Benchmarks.Boots;

/// <summary>What else is to be known of a machine that has booted.</summary>
internal sealed record BootDetails(
    ulong EngineEntries,
    ulong SingleInstructions,
    ulong TlbMisses,
    double SaveMilliseconds,
    double RestoreMilliseconds,
    long SnapshotBytes)
{
    /// <param name="booted">The machine.</param>
    /// <param name="another">A new one of the same image, to restore into.</param>
    public static BootDetails Of(MachineContender booted, Func<MachineContender> another)
    {
        PersonalComputer machine = booted.Machine;
        using var snapshot = new MemoryStream();
        long start = Stopwatch.GetTimestamp();
        machine.Save(snapshot);
        double save = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        using MachineContender other = another();
        snapshot.Position = 0;
        start = Stopwatch.GetTimestamp();
        other.Machine.Restore(snapshot);
        double restore = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        if (other.Machine.StateHash() != machine.StateHash())
            throw new InvalidOperationException("The restored machine differs.");
        return new BootDetails(machine.Processor.Statistics.EngineEntries, machine.Processor.Statistics.SingleInstructions,
            machine.Processor.Mmu.MissCount, save, restore, snapshot.Length);
    }

    public override string ToString() => $"{EngineEntries,12:N0}{SingleInstructions,11:N0}{TlbMisses,12:N0}"
        + $"{SaveMilliseconds,9:F0}{RestoreMilliseconds,12:F0}{SnapshotBytes / 1048576.0,7:F0}";
}
