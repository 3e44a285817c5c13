namespace TestLab.Machines.Bus;

/// <summary>A device with byte-wide registers; the bus splits wider accesses into bytes, as ISA does.</summary>
public interface IPortDevice
{
    byte Read(ushort offset);

    void Write(ushort offset, byte value);
}
