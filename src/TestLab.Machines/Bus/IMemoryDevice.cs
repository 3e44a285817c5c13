namespace TestLab.Machines.Bus;

/// <summary>A device with registers in the physical address space.</summary>
public interface IMemoryDevice
{
    /// <param name="offset">From the start of the device's range.</param>
    /// <param name="size">1, 2, 4 or 8 bytes; the access lies within the range.</param>
    ulong Read(ulong offset, int size);

    void Write(ulong offset, ulong value, int size);
}
