namespace TestLab.Machines.Control;

/// <summary>A network interface of a guest.</summary>
/// <param name="Name">As the guest calls it: eth0 for the first.</param>
/// <param name="HardwareAddress">Its MAC address, as six pairs of digits; null: that of the card.</param>
/// <param name="Addresses">Addresses with the length of the prefix, such as 10.9.0.2/24.</param>
public sealed record GuestInterface(string Name, string? HardwareAddress, IReadOnlyList<string> Addresses);
