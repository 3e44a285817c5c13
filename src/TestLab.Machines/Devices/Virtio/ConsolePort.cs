namespace TestLab.Machines.Devices.Virtio;

/// <summary>One port of the virtio console; an empty name makes it a console of the guest (hvc).</summary>
public sealed record ConsolePort(string Name, IByteSink Output);
