using TestLab.Machines.Control;

namespace TestLab.Cli.Boot;

/// <summary>What a session asks of a machine; the host's terminal and clock stay on this side of it.</summary>
internal interface IGuest : IDisposable
{
    /// <summary>The guest's own time since it was switched on.</summary>
    long NowNanoseconds { get; }

    /// <summary>Why the guest runs no more; null while it does.</summary>
    GuestStop? Stop { get; }

    /// <summary>Pulls the reset line and loads the guest anew.</summary>
    void Restart();

    /// <summary>The serial line that is the guest's console.</summary>
    IGuestPort Console { get; }

    /// <summary>The root shell's port; never open where the guest has no driver or no shell for it.</summary>
    IGuestPort Control { get; }

    /// <summary>Runs to a moment; ends early once a port has news, or a busy guest has kept the host a while.</summary>
    /// <remarks>News ends it at the very instruction, so what follows from them is the same in every run.</remarks>
    void Advance(long untilNanoseconds);

    /// <summary>Writes everything a guest can see to a file, whole or not at all.</summary>
    void Save(string path);

    /// <summary>The hash of everything a guest can see.</summary>
    string Hash();

    /// <summary>What the run took, in rows for people.</summary>
    IEnumerable<(string Name, string Value)> Statistics(TimeSpan host);
}
