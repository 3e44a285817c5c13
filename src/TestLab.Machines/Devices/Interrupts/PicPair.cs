using TestLab.Machines.Bus;
using TestLab.Simulation;

namespace TestLab.Machines.Devices.Interrupts;

/// <summary>The two cascaded 8259A of a PC: sixteen inputs, of which input 2 carries the second chip.</summary>
public sealed class PicPair : IPortDevice, ISnapshotable<PicPairState>
{
    public const int InputCount = 16;

    private const int CascadeInput = 2;

    // IRQ 0, 1, 2, 8 and 13 have no choice (chipset data sheets, ELCR1 and ELCR2).
    private const byte MasterLevelBits = 0xF8;
    private const byte SlaveLevelBits = 0xDE;

    public PicPair()
    {
        Master = new Pic(() => { });
        Slave = new Pic(CascadeOutput);
    }

    public Pic Master { get; }

    public Pic Slave { get; }

    public bool HasInterrupt => Master.HasInterrupt;

    public void SetLine(int input, bool high)
    {
        if (input >= 8) Slave.SetLine(input - 8, high);
        else if (input != CascadeInput) Master.SetLine(input, high);
    }

    /// <summary>The acknowledge cycle of the processor: the vector.</summary>
    public byte Acknowledge()
    {
        int input = Master.Acknowledge(out _);
        if (input != CascadeInput) return Master.VectorOf(input);

        int slaveInput = Slave.Acknowledge(out _);
        // The second chip drops its output during the cycle; what still waits makes a new edge.
        Master.SetLine(CascadeInput, false);
        CascadeOutput();
        return Slave.VectorOf(slaveInput);
    }

    /// <summary>The edge/level control registers at 4D0h and 4D1h.</summary>
    public byte Read(ushort offset) => offset == 0 ? Master.LevelTriggered : Slave.LevelTriggered;

    public void Write(ushort offset, byte value)
    {
        if (offset == 0) Master.LevelTriggered = (byte)(value & MasterLevelBits);
        else Slave.LevelTriggered = (byte)(value & SlaveLevelBits);
    }

    public PicPairState Save() => new() { Master = Master.Save(), Slave = Slave.Save() };

    public void Restore(in PicPairState state)
    {
        Slave.Restore(state.Slave);
        Master.Restore(state.Master);
    }

    private void CascadeOutput() => Master.SetLine(CascadeInput, Slave.HasInterrupt);
}
