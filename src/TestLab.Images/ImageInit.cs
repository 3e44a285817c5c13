namespace TestLab.Images;

/// <summary>What starts the system on a disk.</summary>
public enum ImageInit
{
    /// <summary>The host's agent as process 1 and a shell on the console: no services, a fraction of the time.</summary>
    Minimal,

    /// <summary>systemd and what it starts.</summary>
    Systemd,
}
