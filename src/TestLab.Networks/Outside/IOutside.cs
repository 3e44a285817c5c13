using TestLab.Simulation;

namespace TestLab.Networks.Outside;

/// <summary>The world beyond a lab: the host's sockets, or a log of what they once said.</summary>
/// <remarks>
/// What it says is an input of the run, stamped with the moment at which it is received; all else is a function.
/// </remarks>
public interface IOutside
{
    /// <summary>Asks for something; never waits.</summary>
    void Request(VirtualTime now, OutsideMessage message);

    /// <summary>Takes the next message that has come by now.</summary>
    /// <param name="isAwaited">
    /// Somebody in the lab waits for the outside, where time passes by itself: the lab should not run ahead of it.
    /// </param>
    /// <returns>Null where there is none.</returns>
    OutsideMessage? TryReceive(VirtualTime now, bool isAwaited);
}
