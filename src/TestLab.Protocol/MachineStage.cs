namespace TestLab.Protocol;

/// <summary>Where a machine is in its life.</summary>
public enum MachineStage
{
    /// <summary>Its image is built or read.</summary>
    Provisioning,

    /// <summary>All that it needs is there.</summary>
    Provisioned,

    /// <summary>Off; it waits for others.</summary>
    Waiting,

    Booting,

    /// <summary>The guest is up; files, commands and conditions follow.</summary>
    Starting,

    Ready,
    Off,

    /// <summary>It never got ready, or its image cannot be had.</summary>
    Failed,
}
