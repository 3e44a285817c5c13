using TestLab.Networks.Links.Delays;
using TestLab.Networks.Links.Faults;
using TestLab.Networks.Links.Queues;
using TestLab.Networks.Links.Rates;
using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Networks.Links;

/// <summary>How one direction of a link treats frames.</summary>
/// <remarks>
/// On its way a frame meets, in this order: carrier, blackhole and MTU; the queue; the serialiser at the rate; loss,
/// corruption and duplication; propagation and jitter; and the pipelines of both network cards.
/// </remarks>
public sealed record LinkSettings
{
    /// <summary>
    /// What a frame takes through both network cards: 5 us from the doorbell to the wire, 15 us from the wire to the
    /// interrupt. There is no Ethernet without it, and it is why processes can run apart.
    /// </summary>
    public const long DefaultPipelineNanoseconds = 20_000;

    public const int LimitMtuBytes =
        Frame.LimitBytes - FrameLayout.EthernetHeaderBytes - FrameLayout.TagLimit * FrameLayout.TagBytes;

    public const int DefaultMtuBytes = 1_500;

    /// <summary>No limit of rate, no delay but the pipelines.</summary>
    public static readonly LinkSettings Default = new();

    public RateSettings Rate { get; init; } = RateSettings.None;

    public QueueSettings Queue { get; init; } = QueueSettings.Default;

    public DelaySettings Delay { get; init; } = DelaySettings.None;

    public LossModel Loss { get; init; } = LossModel.None;

    /// <summary>Marks "congestion experienced" instead of losing, where the flow understands it.</summary>
    public bool LossMarksCongestion { get; init; }

    /// <summary>How often a second copy arrives.</summary>
    public Chance Duplicate { get; init; }

    /// <summary>How often a bit is turned over.</summary>
    public Chance Corrupt { get; init; }

    public ReorderSettings Reorder { get; init; }

    /// <summary>The largest packet, without the Ethernet header and its tags; larger ones are dropped.</summary>
    public int MtuBytes { get; init; } = DefaultMtuBytes;

    /// <summary>Everything is swallowed, and nobody can tell.</summary>
    public bool IsBlackhole { get; init; }

    /// <summary>False for a link whose cable is out.</summary>
    public bool HasCarrier { get; init; } = true;

    public long PipelineNanoseconds { get; init; } = DefaultPipelineNanoseconds;

    /// <summary>The shortest time from sending to arrival that these settings can ever give: positive.</summary>
    public long LookaheadNanoseconds =>
        PipelineNanoseconds + SmallestFrameNanoseconds + (Reorder.IsNone ? Delay.LeastNanoseconds : 0);

    private long SmallestFrameNanoseconds => Rate.Trace is not null || Rate.BitsPerSecond == RateSettings.Unlimited
        ? 0
        : (long)((UInt128)(ulong)Rate.SmallestFrameBits * VirtualTime.NanosecondsPerSecond / (ulong)Rate.BitsPerSecond);

    /// <exception cref="ArgumentException">A figure is out of its bounds; the message is for the user.</exception>
    public void Validate()
    {
        Rate.Validate();
        Queue.Validate();
        Delay.Validate();
        if (!Loss.IsConsistent()) throw new ArgumentException("The figures of the loss do not fit its kind.");
        if (Reorder.Gap is < 0 or > ReorderSettings.GapLimit)
            throw new ArgumentException($"The gap between overtaking frames is at most {ReorderSettings.GapLimit}.");
        if (MtuBytes is < 0 or > LimitMtuBytes) throw new ArgumentException($"An MTU is at most {LimitMtuBytes} bytes.");
        if (PipelineNanoseconds is <= 0 or > VirtualTime.NanosecondsPerSecond)
            throw new ArgumentException("Network cards take between 1 ns and 1 s; there is no link without delay.");
    }
}
