namespace TestLab.Simulation;

/// <summary>A moment of virtual time: whole nanoseconds since the machine or lab was switched on.</summary>
/// <remarks>Sums saturate at <see cref="Never"/>, so a guest that programs an absurd timer gets one that never fires.</remarks>
public readonly record struct VirtualTime(long Nanoseconds) : IComparable<VirtualTime>
{
    public const long NanosecondsPerSecond = 1_000_000_000;

    public static readonly VirtualTime Zero;

    /// <summary>Later than every event: 292 years.</summary>
    public static readonly VirtualTime Never = new(long.MaxValue);

    public static VirtualTime FromMicroseconds(long microseconds) => new(checked(microseconds * 1_000));

    public static VirtualTime FromMilliseconds(long milliseconds) => new(checked(milliseconds * 1_000_000));

    public static VirtualTime FromSeconds(long seconds) => new(checked(seconds * NanosecondsPerSecond));

    public static VirtualTime Min(VirtualTime left, VirtualTime right) => left < right ? left : right;

    public static VirtualTime Max(VirtualTime left, VirtualTime right) => left < right ? right : left;

    public static bool operator <(VirtualTime left, VirtualTime right) => left.Nanoseconds < right.Nanoseconds;

    public static bool operator >(VirtualTime left, VirtualTime right) => left.Nanoseconds > right.Nanoseconds;

    public static bool operator <=(VirtualTime left, VirtualTime right) => left.Nanoseconds <= right.Nanoseconds;

    public static bool operator >=(VirtualTime left, VirtualTime right) => left.Nanoseconds >= right.Nanoseconds;

    /// <summary>The moment so many nanoseconds later.</summary>
    public VirtualTime After(long nanoseconds) =>
        nanoseconds > long.MaxValue - Nanoseconds ? Never : new VirtualTime(Nanoseconds + nanoseconds);

    /// <summary>Nanoseconds from the earlier moment to this one.</summary>
    public long Since(VirtualTime earlier) => Nanoseconds - earlier.Nanoseconds;

    public int CompareTo(VirtualTime other) => Nanoseconds.CompareTo(other.Nanoseconds);

    public override string ToString() => this == Never
        ? "never"
        : $"{Nanoseconds / NanosecondsPerSecond}.{Nanoseconds % NanosecondsPerSecond:D9}s";
}
