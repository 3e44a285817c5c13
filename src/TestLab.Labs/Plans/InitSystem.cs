namespace TestLab.Labs.Plans;

/// <summary>What the first process of a guest is.</summary>
public enum InitSystem
{
    /// <summary>TestLab's own: mounts, names, network, control channel; boots in a fraction of the other's time.</summary>
    Minimal,

    /// <summary>systemd, with the services of the installed packages.</summary>
    Systemd,
}
