namespace TestLab.Images;

/// <summary>
/// What a builder does now, in words for the user; a warning is worth showing when the build is over, a detail only where
/// it does not stay.
/// </summary>
public sealed record ImageProgress(string Text, bool IsWarning = false, bool IsDetail = false);
