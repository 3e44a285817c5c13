namespace TestLab.Images;

/// <summary>A file of an image: its name in the image's folder, its size and the SHA-256 of its bytes.</summary>
public sealed record ImageFile(string Name, long Bytes, string Sha256);
