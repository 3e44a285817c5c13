namespace TestLab.Machines.Boot;

/// <summary>Gives what a kernel's compressed payload unpacks to: from a store of earlier results, or made by calling the function.</summary>
/// <remarks>Unpacking takes a second; whoever boots the same kernel often keeps the result. The function throws as
/// <see cref="BootException"/> says, and that is to be passed on.</remarks>
/// <param name="payload">The compressed payload, by whose content the result may be kept.</param>
/// <param name="unpack">Unpacks the payload.</param>
public delegate ReadOnlyMemory<byte> KernelUnpacking(ReadOnlySpan<byte> payload, Func<byte[]> unpack);
