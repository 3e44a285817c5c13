namespace TestLab.Labs.Plans;

/// <summary>What is done to the power of a machine.</summary>
public enum PowerVerb
{
    /// <summary>The power goes; nothing is written back.</summary>
    Kill,

    /// <summary>As the machine is stopped at the end of the run.</summary>
    Stop,

    /// <summary>It is switched on, with the disks as they are.</summary>
    Start,

    /// <summary>The reset button.</summary>
    Reset,
}
