namespace TestLab.Machines.Boot;

/// <summary>Takes bytes into the guest's memory at a physical address.</summary>
public delegate void GuestMemoryWriter(ulong address, ReadOnlySpan<byte> bytes);
