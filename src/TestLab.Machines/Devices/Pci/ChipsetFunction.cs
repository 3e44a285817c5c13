using TestLab.Simulation;

namespace TestLab.Machines.Devices.Pci;

/// <summary>A function without windows: the host bridge, or the bridge to the ISA devices.</summary>
public sealed class ChipsetFunction : PciFunction, ISnapshotable<PciFunctionState>
{
    private ChipsetFunction(PciIdentity identity)
        : base(identity)
    {
    }

    /// <summary>An Intel 440FX host bridge.</summary>
    public static ChipsetFunction HostBridge() => new(new PciIdentity(0x8086, 0x1237, 0x06_0000, Revision: 2));

    /// <summary>An Intel PIIX3 ISA bridge; header type 0, so it is found as one function.</summary>
    public static ChipsetFunction IsaBridge() => new(new PciIdentity(0x8086, 0x7000, 0x06_0100));

    public PciFunctionState Save() => new() { Config = SaveConfig() };

    public void Restore(in PciFunctionState state) => RestoreConfig(state.Config);
}
