namespace TestLab.Images.Hosting;

/// <summary>A lock between threads and processes: whoever has the file open has it. The file stays, empty.</summary>
internal sealed class FileLock : IDisposable
{
    private static readonly TimeSpan _retryAfter = TimeSpan.FromMilliseconds(100);

    private readonly FileStream _file;

    private FileLock(FileStream file)
    {
        _file = file;
    }

    /// <summary>Waits until the lock is free and takes it; the system frees it when the process dies.</summary>
    public static async Task<FileLock> AcquireAsync(string path, Action? onWaiting, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? ".");
        bool waiting = false;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                return new FileLock(new FileStream(
                    path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException) when (File.Exists(path))
            {
                if (!waiting)
                {
                    onWaiting?.Invoke();
                    waiting = true;
                }
                await Task.Delay(_retryAfter, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Takes the lock if it is free; null where somebody has it.</summary>
    public static FileLock? TryAcquire(string path)
    {
        try
        {
            return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();
}
