namespace TestLab.Labs.Running;

/// <summary>A file on its way into guests, read before the run.</summary>
/// <param name="Path">Absolute, in the guest.</param>
/// <param name="Mode">Permission bits.</param>
public sealed record GuestFile(string Path, ReadOnlyMemory<byte> Content, int Mode);
