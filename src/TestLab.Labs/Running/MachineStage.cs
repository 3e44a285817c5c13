namespace TestLab.Labs.Running;

/// <summary>Where a machine is in its life.</summary>
public enum MachineStage
{
    /// <summary>Off; it waits for others.</summary>
    Waiting,

    Booting,

    /// <summary>Its agent is there; files, commands and conditions follow.</summary>
    Starting,

    Ready,

    Off,

    /// <summary>It never got ready.</summary>
    Failed,
}
