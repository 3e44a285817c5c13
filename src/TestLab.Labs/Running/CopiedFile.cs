namespace TestLab.Labs.Running;

/// <summary>A file that came out of a guest; a folder comes as an archive.</summary>
/// <param name="Machine">Where it is from.</param>
/// <param name="Path">Where it goes among the run's results.</param>
/// <param name="IsArchive">True for a tar archive that is to be unpacked there.</param>
internal sealed record CopiedFile(string Machine, string Path, ReadOnlyMemory<byte> Content, bool IsArchive);
