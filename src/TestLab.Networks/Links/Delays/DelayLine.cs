using TestLab.Networks.Links.Faults;
using TestLab.Simulation;

namespace TestLab.Networks.Links.Delays;

/// <summary>How long each frame travels, by the moment it left and its number.</summary>
/// <remarks>
/// Ordered jitter is a function of time: straight lines between values that are drawn for the points of a grid. The
/// grid is wider than the delays' range, so the delay never falls as fast as time passes, and who leaves later arrives
/// later. Drawing for each frame and holding back those that would overtake, as is often done, would raise the mean.
/// </remarks>
internal sealed class DelayLine(ulong seed, string path)
{
    private readonly RandomStream _grid = new(seed, path, "delay-grid");
    private readonly ChanceStream _delays = new(seed, path, "delay");
    private readonly RandomStream _duplicates = new(seed, path, "delay-of-duplicate");

    private DelaySettings _settings = DelaySettings.None;
    private long _step = 1;

    /// <summary>The number of the last independent draw.</summary>
    public ulong LastDraw
    {
        get => _delays.Last;
        set => _delays.Last = value;
    }

    public void Change(DelaySettings settings)
    {
        _settings = settings;
        _step = GridStep(settings);
    }

    /// <summary>The travel of frame <paramref name="index"/>, in nanoseconds.</summary>
    public long Of(VirtualTime departure, ulong index) => _settings switch
    {
        { JitterNanoseconds: 0 } => _settings.PropagationNanoseconds,
        { Mode: JitterMode.Ordered } => Ordered(departure),
        _ => _settings.At(_delays.Draw(_settings.Correlation, index)),
    };

    /// <summary>The travel of the frame's second copy.</summary>
    public long OfDuplicate(VirtualTime departure, ulong index) =>
        _settings is { JitterNanoseconds: > 0, Mode: JitterMode.Independent }
            ? _settings.At(_duplicates.At(index))
            : Of(departure, index);

    private static long GridStep(DelaySettings settings)
    {
        long range = settings.MostNanoseconds - settings.LeastNanoseconds;
        // Correlation rho: the grid is 1/(1-rho) as wide.
        Int128 changing = ((Int128)1 << 64) - settings.Correlation.Threshold;
        Int128 step = (((Int128)range + range / 1_000 + 1) << 64) / changing;
        return (long)Int128.Clamp(step, 1, long.MaxValue / 4);
    }

    private long Ordered(VirtualTime departure)
    {
        (long point, long within) = Math.DivRem(departure.Nanoseconds, _step);
        long left = _settings.At(_grid.At((ulong)point));
        long right = _settings.At(_grid.At((ulong)point + 1));
        return left + Floor((Int128)(right - left) * within, _step);
    }

    // Towards minus infinity on both slopes: only so is the sum of time and delay a rising function.
    private static long Floor(Int128 numerator, long denominator)
    {
        (Int128 quotient, Int128 remainder) = Int128.DivRem(numerator, denominator);
        return (long)(remainder < 0 ? quotient - 1 : quotient);
    }
}
