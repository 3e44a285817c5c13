namespace TestLab.Machines.Processes;

/// <summary>Kinds of messages to and from a machine's control port.</summary>
public enum MachineMessageKind : byte
{
    /// <summary>Bytes of a stream, in either direction.</summary>
    Bytes = 1,

    /// <summary>So many more bytes of the stream may be sent to who says so.</summary>
    Credit = 2,

    /// <summary>To the machine: somebody presses the power button.</summary>
    PressPowerButton = 3,

    /// <summary>To the machine: the plug is pulled. From it: it is off, whoever did it.</summary>
    PowerOff = 4,

    /// <summary>To the machine: it is switched on, if it is off. From it: it is on.</summary>
    PowerOn = 5,

    /// <summary>To the machine: the reset line is pulled. From it: it starts anew; the value is the <see cref="ResetCause"/>.</summary>
    Reset = 6,

    /// <summary>To the machine: the cable of the card is plugged in (1) or out (0).</summary>
    Carrier = 7,

    /// <summary>From the machine: a program of the guest has opened (1) or closed (0) the stream.</summary>
    Open = 8,

    Last = Open,
}
