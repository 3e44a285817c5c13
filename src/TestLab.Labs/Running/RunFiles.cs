using System.Formats.Tar;
using TestLab.Labs.Plans;
using TestLab.Labs.Reports;
using TestLab.Labs.Results;
using TestLab.Networks.Capture;
using TestLab.Simulation;

namespace TestLab.Labs.Running;

/// <summary>The files beside a run's results: consoles, captures, what came out of the guests.</summary>
internal sealed class RunFiles(string? folder) : IDisposable
{
    /// <summary>Of each console; a guest that prints for ever fills no disk.</summary>
    public const long ConsoleLimitBytes = 64 << 20;

    private readonly Dictionary<string, LimitedStream> _consoles = [];
    private readonly Lock _lock = new();
    private readonly List<(PacketCapture Capture, FileSink Sink)> _captures = [];
    private readonly List<(PacketCapture Capture, LastFrames Frames, string Network)> _lastFrames = [];
    private readonly List<(LimitedStream File, string Note)> _limited = [];
    private readonly List<ResultFile> _all = [];

    public IReadOnlyList<ResultFile> All => _all;

    /// <summary>What became too large, a sentence each.</summary>
    public IEnumerable<string> Notes =>
    [
        .. _limited.Where(limited => limited.File.IsCut).Select(limited => limited.Note),
        .. _consoles.Where(console => console.Value.IsCut).Select(console => ConsoleName(console.Key))
            .Order(StringComparer.Ordinal)
            .Select(name => $"The file {name} ends early: a console is kept up to {Figures.Size(ConsoleLimitBytes)}."),
    ];

    /// <summary>The file with what the outside of a network said.</summary>
    public static string RecordName(string network) => $"{network}.outside";

    public void AddConsole(string machine, ReadOnlySpan<byte> bytes)
    {
        if (folder is null) return;
        LimitedStream? console;
        lock (_lock)
        {
            if (!_consoles.TryGetValue(machine, out console))
            {
                Directory.CreateDirectory(folder);
                console = new LimitedStream(File.Create(Path.Combine(folder, ConsoleName(machine))), ConsoleLimitBytes);
                _consoles.Add(machine, console);
            }
        }

        console.Write(bytes);
    }

    public PacketCapture AddCapture(CapturePlan plan, long epochSeconds)
    {
        Stream stream = Stream.Null;
        if (folder is not null)
        {
            Directory.CreateDirectory(folder);
            stream = Limited(
                plan.File, plan.LimitBytes,
                $"The capture {plan.File} ends early: its limit of {Figures.Size(plan.LimitBytes)} was reached.");
        }

        var sink = new FileSink(stream);
        var capture = new PacketCapture(sink, epochSeconds);
        _captures.Add((capture, sink));
        _all.Add(new ResultFile { Kind = "capture", Subject = plan.Link ?? plan.Network ?? "", Path = plan.File });
        return capture;
    }

    /// <summary>The last frames of a network, which become a file only if the run fails.</summary>
    public PacketCapture AddLastFrames(string network, long epochSeconds)
    {
        var frames = new LastFrames();
        var capture = new PacketCapture(frames, epochSeconds);
        _lastFrames.Add((capture, frames, network));
        return capture;
    }

    /// <summary>Where to write down what the outside of a network says; null where nothing is kept.</summary>
    public Stream? AddRecord(NetworkPlan network)
    {
        if (folder is null) return null;
        Directory.CreateDirectory(folder);
        string name = RecordName(network.Name);
        _all.Add(new ResultFile { Kind = "outside", Subject = network.Name, Path = name });
        return Limited(
            name, network.RecordLimitBytes,
            $"The record {name} ends early, and so does a replay of it: "
                + $"its limit of {Figures.Size(network.RecordLimitBytes)} was reached.");
    }

    public void Collect(VirtualTime now)
    {
        foreach ((PacketCapture capture, _, _) in _lastFrames) capture.Collect(now);
        foreach ((PacketCapture capture, _) in _captures) capture.Collect(now);
    }

    /// <summary>Everything is on the disk after this.</summary>
    /// <param name="hasPassed">Else what was to be kept of a failure is.</param>
    public void Finish(VirtualTime now, IReadOnlyList<CopiedFile> copies, bool hasPassed)
    {
        foreach ((PacketCapture capture, _) in _captures) capture.Finish(now);
        foreach (string machine in _consoles.Keys.Order(StringComparer.Ordinal))
            _all.Add(new ResultFile { Kind = "console", Subject = machine, Path = ConsoleName(machine) });
        CloseStreams();
        if (folder is null) return;
        if (!hasPassed) WriteLastFrames(folder, now);
        foreach (CopiedFile copy in copies) Write(folder, copy);
        for (int index = 0; index < _all.Count; index++)
        {
            string path = Path.Combine(folder, _all[index].Path);
            if (File.Exists(path)) _all[index] = _all[index] with { Bytes = new FileInfo(path).Length };
        }
    }

    public void Dispose() => CloseStreams();

    private static string ConsoleName(string machine) => $"{machine}.console";

    private void CloseStreams()
    {
        foreach (LimitedStream console in _consoles.Values) console.Dispose();
        foreach ((_, FileSink sink) in _captures) sink.Dispose();
        foreach ((LimitedStream file, _) in _limited) file.Dispose();
    }

    private LimitedStream Limited(string name, ulong limitBytes, string note)
    {
        FileStream inner = File.Create(Path.Combine(folder ?? "", name));
        var file = new LimitedStream(inner, (long)limitBytes, keepsPieces: true);
        _limited.Add((file, note));
        return file;
    }

    private void WriteLastFrames(string root, VirtualTime now)
    {
        foreach ((PacketCapture capture, LastFrames frames, string network) in _lastFrames)
        {
            capture.Finish(now);
            string name = $"{network}.last.pcapng";
            Directory.CreateDirectory(root);
            using FileStream file = File.Create(Path.Combine(root, name));
            frames.CopyTo(file);
            _all.Add(new ResultFile { Kind = "capture", Subject = network, Path = name });
        }
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
