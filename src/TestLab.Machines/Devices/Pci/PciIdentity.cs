namespace TestLab.Machines.Devices.Pci;

/// <summary>How a PCI function introduces itself; the class code has three bytes.</summary>
public readonly record struct PciIdentity(
    ushort Vendor, ushort Device, uint ClassCode, byte Revision = 0, ushort SubsystemVendor = 0, ushort Subsystem = 0);
