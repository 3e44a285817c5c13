namespace TestLab.Machines.Control;

/// <summary>Hears bytes, which are gone when it returns.</summary>
public delegate void ControlData(ReadOnlySpan<byte> bytes);
