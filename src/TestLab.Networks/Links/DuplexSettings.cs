namespace TestLab.Networks.Links;

/// <summary>Both directions of a link, and how each changes with time.</summary>
public sealed record DuplexSettings(LinkSettings Down, LinkSettings Up)
{
    /// <summary>Null where the direction stays as it is.</summary>
    public LinkTimetable? DownTimetable { get; init; }

    /// <inheritdoc cref="DownTimetable"/>
    public LinkTimetable? UpTimetable { get; init; }

    public static DuplexSettings Same(LinkSettings both) => new(both, both);

    public LinkSettings Of(LinkWay way) => way == LinkWay.Down ? Down : Up;

    public LinkTimetable? TimetableOf(LinkWay way) => way == LinkWay.Down ? DownTimetable : UpTimetable;
}
