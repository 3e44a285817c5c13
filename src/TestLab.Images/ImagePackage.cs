namespace TestLab.Images;

/// <summary>A package that went into an image.</summary>
public sealed record ImagePackage(string Name, string Version, string Architecture);
