using TestLab.Simulation.Processes;

namespace TestLab.Guests.Tests.Labs;

/// <summary>The process at the other ends of the guests' control ports.</summary>
internal sealed class Conductor() : EventProcess("conductor");
