using TestLab.Simulation;

namespace TestLab.Machines.Devices.Serial;

/// <summary>All of the UART that a guest can see, and the input it has not seen yet.</summary>
public record struct SerialPortState : IState
{
    /// <summary>The receiver FIFO, oldest first.</summary>
    public byte[] Received;

    /// <summary>Input for which the FIFO had no room.</summary>
    public byte[] Waiting;

    public bool HasTimedOut;
    public bool HasTransmitted;
    public byte InterruptEnable;
    public byte FifoControl;
    public byte LineControl;
    public byte ModemControl;
    public byte ModemChanges;
    public byte Scratch;
    public ushort Divisor;
    public VirtualTime TimeoutDue;

    /// <summary>8N1, 9600 baud, nothing enabled.</summary>
    public static SerialPortState PowerOn => new()
    {
        Received = [],
        Waiting = [],
        LineControl = 0x03,
        Divisor = 12,
        TimeoutDue = VirtualTime.Never,
    };

    public readonly bool IsDivisorLatched => (LineControl & 0x80) != 0;

    public readonly bool IsFifoEnabled => (FifoControl & 0x01) != 0;

    public readonly int FifoCapacity => IsFifoEnabled ? SerialPort.FifoBytes : 1;

    public readonly int TriggerLevel => !IsFifoEnabled ? 1 : (FifoControl >> 6) switch
    {
        0 => 1,
        1 => 4,
        2 => 8,
        _ => 14,
    };

    /// <summary>The transmitter is never busy.</summary>
    public readonly byte LineStatus => (byte)(Received.Length > 0 ? 0x61 : 0x60);

    /// <summary>The interrupt line and the cause register both derive from this, so they cannot disagree.</summary>
    public readonly SerialInterrupt Interrupt =>
        Received.Length >= TriggerLevel && (InterruptEnable & 0x01) != 0 ? SerialInterrupt.Received
        : HasTimedOut && Received.Length > 0 && (InterruptEnable & 0x01) != 0 ? SerialInterrupt.Timeout
        : HasTransmitted && (InterruptEnable & 0x02) != 0 ? SerialInterrupt.Transmitted
        : ModemChanges != 0 && (InterruptEnable & 0x08) != 0 ? SerialInterrupt.ModemStatus
        : SerialInterrupt.None;

    public void Transfer(StateTransfer transfer)
    {
        transfer.Buffer(ref Received, SerialPort.FifoBytes);
        transfer.Buffer(ref Waiting, SerialPort.InputQueueBytes);
        transfer.Boolean(ref HasTimedOut);
        transfer.Boolean(ref HasTransmitted);
        transfer.Byte(ref InterruptEnable);
        transfer.Byte(ref FifoControl);
        transfer.Byte(ref LineControl);
        transfer.Byte(ref ModemControl);
        transfer.Byte(ref ModemChanges);
        transfer.Byte(ref Scratch);
        transfer.UInt16(ref Divisor);
        transfer.Time(ref TimeoutDue);
    }
}
