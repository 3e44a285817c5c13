namespace TestLab.Machines.Bus;

/// <summary>A device whose registers are wider than a byte and that sees each access whole.</summary>
public interface IWidePortDevice
{
    /// <param name="offset">From the start of the device's range.</param>
    /// <param name="size">1, 2 or 4 bytes.</param>
    uint Read(ushort offset, int size);

    void Write(ushort offset, uint value, int size);
}
