namespace TestLab.Images.RootFileSystem;

/// <summary>An entry of a layer; paths that are hard links of one another share it.</summary>
/// <param name="Layer">The number of its layer, from the lowest.</param>
/// <param name="Entry">Its number in the archive of that layer.</param>
/// <param name="IsFolder">Whether there can be something in it.</param>
/// <param name="Target">Where it leads, if it is a symbolic link.</param>
internal sealed record LayerFile(int Layer, int Entry, bool IsFolder, string? Target);
