namespace TestLab.Images.Packages;

/// <summary>The archive of security updates lists packages that it does not have, as some mirrors of old releases do.</summary>
internal sealed class IncompleteArchiveException(string message)
    : ImageException(message);
