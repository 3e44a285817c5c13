namespace TestLab.Labs.Running;

/// <summary>A folder for files that are needed for a moment; gone at the end, or with the next one after a crash.</summary>
/// <remarks>Its owner holds a lock in it, which the system frees whatever becomes of the owner: so nobody's is taken away.</remarks>
internal sealed class Scratch : IDisposable
{
    private const string Prefix = "testlab-files-";
    private const string LockName = ".lock";

    private readonly FileStream _lock;

    public Scratch()
    {
        Sweep(System.IO.Path.GetTempPath());
        Path = Directory.CreateTempSubdirectory(Prefix).FullName;
        _lock = new FileStream(System.IO.Path.Combine(Path, LockName), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
    }

    public string Path { get; }

    public void Dispose()
    {
        Directory.Delete(Path, recursive: true);
        _lock.Dispose();
    }

    /// <summary>Removes what owners left behind that are no more.</summary>
    private static void Sweep(string place)
    {
        foreach (string folder in Directory.EnumerateDirectories(place, Prefix + "*"))
        {
            try
            {
                // Without a lock it is just being made.
                using var free = new FileStream(
                    System.IO.Path.Combine(folder, LockName), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Somebody's: in use, or another user's.
            }
        }
    }
}
