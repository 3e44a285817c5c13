namespace TestLab.Networks.Links;

/// <summary>From a moment on, a direction has these settings.</summary>
public readonly record struct LinkTimetableEntry(long Nanoseconds, LinkSettings Settings);
