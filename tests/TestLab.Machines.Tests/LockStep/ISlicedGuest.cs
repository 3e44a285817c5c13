using TestLab.Simulation;

namespace TestLab.Machines.Tests.LockStep;

/// <summary>A guest that runs in slices, in the same way each time that it is made.</summary>
internal interface ISlicedGuest : IDisposable
{
    PersonalComputer Machine { get; }

    /// <summary>It has done all that it was made for.</summary>
    bool HasEnded { get; }

    /// <summary>Hands over what comes in from outside at this moment, then lets the machine run.</summary>
    /// <param name="run">Runs all that happens before the end of the slice.</param>
    void Advance(Action<VirtualTime> run);
}
