namespace TestLab.Images;

/// <summary>
/// What a builder does now, in words for the user; a warning is worth showing when the build is over; of
/// details, which change by the second, a few are enough where lines stay.
/// </summary>
public sealed record ImageProgress(string Text, bool IsWarning = false, bool IsDetail = false);
