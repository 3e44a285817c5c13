using TestLab.Simulation;

namespace TestLab.Machines;

/// <summary>The oscillators behind the processor's own clocks, as CPUID leaf 15h reports them.</summary>
public static class ProcessorClocks
{
    /// <summary>The crystal, which also drives the local APIC's timer.</summary>
    public const uint CrystalHertz = 25_000_000;

    /// <summary>TSC ticks for a tick of the crystal: at 1 GHz a tick is a nanosecond.</summary>
    public const uint TimeStampRatio = 40;

    public static readonly Frequency TimeStampCounter = new((ulong)CrystalHertz * TimeStampRatio);

    public static readonly Frequency LocalApicTimer = new(CrystalHertz);
}
