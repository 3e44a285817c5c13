using System.Runtime.InteropServices;

namespace TestLab.Benchmarks.Races;

/// <summary>
/// The processor time of processes, to the nanosecond: <see cref="System.Diagnostics.Process"/> knows hundredths of seconds.
/// </summary>
internal static partial class ProcessorTime
{
    private const int SchedulerClock = 2; // The kernel's number for run time in the clock of a process.

    public static TimeSpan Of(int process)
    {
        if (ReadClock((~process << 3) | SchedulerClock, out Time time) != 0)
            throw new InvalidOperationException($"The processor time of process {process} cannot be read.");
        return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1e3);
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ReadClock(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Time
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}
