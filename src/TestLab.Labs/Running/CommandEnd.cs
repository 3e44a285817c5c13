using TestLab.Machines.Control;
using TestLab.Simulation;

namespace TestLab.Labs.Running;

/// <summary>A command that has run in a guest.</summary>
internal sealed record CommandEnd(
    string Command, ControlOutcome Outcome, string Stdout, string Stderr, VirtualTime Start, VirtualTime End)
{
    public bool HasTimedOut => Outcome.Ending == ControlEnding.TimedOut;
}
