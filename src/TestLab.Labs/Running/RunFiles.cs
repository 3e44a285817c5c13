using System.Formats.Tar;
using TestLab.Labs.Plans;
using TestLab.Labs.Results;
using TestLab.Networks.Capture;
using TestLab.Simulation;

namespace TestLab.Labs.Running;

/// <summary>The files beside a run's results: consoles, captures, what came out of the guests.</summary>
internal sealed class RunFiles(string? folder) : IDisposable
{
    /// <summary>Of each console; a guest that prints for ever fills no disk.</summary>
    public const long ConsoleLimitBytes = 64 << 20;

    private readonly Dictionary<string, FileStream> _consoles = [];
    private readonly Lock _lock = new();
    private readonly List<(PacketCapture Capture, FileSink Sink)> _captures = [];
    private readonly List<ResultFile> _all = [];

    public IReadOnlyList<ResultFile> All => _all;

    public void AddConsole(string machine, ReadOnlySpan<byte> bytes)
    {
        if (folder is null) return;
        FileStream? console;
        lock (_lock)
        {
            if (!_consoles.TryGetValue(machine, out console))
            {
                Directory.CreateDirectory(folder);
                _consoles.Add(machine, console = File.Create(Path.Combine(folder, $"{machine}.console")));
            }
        }

        if (console.Length + bytes.Length <= ConsoleLimitBytes) console.Write(bytes);
    }

    public PacketCapture AddCapture(CapturePlan plan, long epochSeconds)
    {
        Stream stream = Stream.Null;
        if (folder is not null)
        {
            Directory.CreateDirectory(folder);
            stream = File.Create(Path.Combine(folder, plan.File));
        }

        var sink = new FileSink(stream);
        var capture = new PacketCapture(sink, epochSeconds);
        _captures.Add((capture, sink));
        _all.Add(new ResultFile { Kind = "capture", Subject = plan.Link ?? plan.Network ?? "", Path = plan.File });
        return capture;
    }

    public void Collect(VirtualTime now)
    {
        foreach ((PacketCapture capture, _) in _captures) capture.Collect(now);
    }

    /// <summary>Everything is on the disk after this.</summary>
    public void Finish(VirtualTime now, IReadOnlyList<CopiedFile> copies)
    {
        foreach ((PacketCapture capture, _) in _captures) capture.Finish(now);
        foreach ((string machine, FileStream console) in _consoles.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            _all.Add(new ResultFile { Kind = "console", Subject = machine, Path = Path.GetFileName(console.Name) });
        CloseStreams();
        if (folder is null) return;
        foreach (CopiedFile copy in copies) Write(folder, copy);
        for (int index = 0; index < _all.Count; index++)
        {
            string path = Path.Combine(folder, _all[index].Path);
            if (File.Exists(path)) _all[index] = _all[index] with { Bytes = new FileInfo(path).Length };
        }
    }

    public void Dispose() => CloseStreams();

    private void CloseStreams()
    {
        foreach (FileStream console in _consoles.Values) console.Dispose();
        foreach ((_, FileSink sink) in _captures) sink.Dispose();
        _consoles.Clear();
    }

    private void Write(string root, CopiedFile copy)
    {
        string path = Path.GetFullPath(copy.Path, root);
        if (!path.StartsWith(Path.GetFullPath(root) + Path.DirectorySeparatorChar, StringComparison.Ordinal)) return;
        if (copy.IsArchive)
        {
            Directory.CreateDirectory(path);
            using var archive = new MemoryStream(copy.Content.ToArray());
            TarFile.ExtractToDirectory(archive, path, overwriteFiles: true);
        }
        else
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path) ?? root);
            File.WriteAllBytes(path, copy.Content.Span);
        }

        _all.Add(new ResultFile { Kind = "copy", Subject = copy.Machine, Path = copy.Path.Replace('\\', '/') });
    }

    private sealed class FileSink(Stream stream) : ICaptureSink, IDisposable
    {
        public void Write(ReadOnlySpan<byte> bytes) => stream.Write(bytes);

        public void Dispose() => stream.Dispose();
    }
}
