using TestLab.Simulation;

namespace TestLab.Machines.Processes;

/// <summary>Somebody outside who watches a machine's console: a terminal, a log. The run does not depend on it.</summary>
public interface IConsoleObserver
{
    /// <summary>Called on the thread that runs the machine.</summary>
    /// <param name="time">When the guest wrote the first of the bytes.</param>
    /// <param name="bytes">Some output, mostly a line; valid during the call.</param>
    void Written(VirtualTime time, ReadOnlySpan<byte> bytes);
}
