using System.Diagnostics;
using System.Text;
using TestLab.Images;
using TestLab.Labs.Running;
using TestLab.Machines;
using TestLab.Machines.Boot;
using TestLab.Machines.Devices.Serial;
using TestLab.Machines.Devices.Storage;
using TestLab.Processor.Execution;
using TestLab.Processor.Translation;

namespace TestLab.Benchmarks.Races;

/// <summary>Our machine with an image. It runs only while something is awaited of it.</summary>
internal sealed class MachineContender : IContender, ISerialBackend
{
    private const long SliceNanoseconds = 10_000_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly StringBuilder _unread = new();
    private readonly FileDisk? _disk;
    private string? _awaited;
    private Moment _moment;

    /// <param name="image">What it boots; its disk stays as it is.</param>
    /// <param name="engine">What executes it.</param>
    /// <param name="memoryMebibytes">Its memory, if not what the image says.</param>
    /// <param name="observer">Told when it translates.</param>
    public MachineContender(
        GuestImage image, EngineKind engine = EngineKind.Automatic, int? memoryMebibytes = null, ITranslationObserver? observer = null)
    {
        Started = new Moment(Stopwatch.GetElapsedTime(0), ProcessorTime.Of(Environment.ProcessId));
        if (image.DiskPath is { } path) _disk = new FileDisk(path);
        Machine = new PersonalComputer(new MachineOptions
        {
            MemoryBytes = (ulong)(memoryMebibytes ?? image.Manifest.MemoryMebibytes) << 20,
            Engine = new EngineOptions { Kind = engine, Translator = TranslatorOptions.Default with { Observer = observer } },
            SerialPorts = [this],
            Disks = _disk is null ? [] : [new OverlayDisk(_disk)],
        });
        Machine.Boot(new LinuxBoot
        {
            Kernel = File.ReadAllBytes(image.KernelPath),
            Unpacking = new UnpackedKernels().Find,
            Initrd = File.ReadAllBytes(image.InitrdPath),
            CommandLine = image.Manifest.CommandLine,
            Memory = new MemoryLayout(Machine.Options.MemoryBytes),
        });
    }

    public string Name => ContenderNames.Ours;

    public Moment Started { get; }

    public PersonalComputer Machine { get; }

    public void Write(string text)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        if (Machine.SerialPorts[0].Receive(bytes) != bytes.Length)
            throw new InvalidOperationException("The guest takes no input.");
    }

    public Reading ReadTo(string text)
    {
        _awaited = text;
        string unread = _unread.ToString();
        _unread.Clear();
        foreach (char character in unread) Take(character);
        long start = Stopwatch.GetTimestamp();
        while (_awaited is not null)
        {
            RunResult result = Machine.Run(Machine.Now.After(SliceNanoseconds));
            if (_awaited is null) break;
            if (result is not (RunResult.TimeReached or RunResult.Stopped) || Stopwatch.GetElapsedTime(start) > Patience)
                throw new InvalidOperationException($"{Name} printed no \"{text}\" ({result}): {_unread}");
        }

        return new Reading(TakeBefore(text), _moment);
    }

    public void Transmit(byte value)
    {
        Take((char)value);
        if (_awaited is null) Machine.RequestStop();
    }

    public void Dispose()
    {
        Machine.Dispose();
        _disk?.Dispose();
    }

    private void Take(char character)
    {
        _unread.Append(character);
        if (_awaited is null || character != _awaited[^1] || !EndsWith(_awaited)) return;
        _moment = new Moment(
            Stopwatch.GetElapsedTime(0), ProcessorTime.Of(Environment.ProcessId), Machine.RetiredInstructions);
        _awaited = null;
    }

    private bool EndsWith(string text) =>
        _unread.Length >= text.Length && _unread.ToString(_unread.Length - text.Length, text.Length) == text;

    private string TakeBefore(string text)
    {
        string all = _unread.ToString();
        int place = all.IndexOf(text, StringComparison.Ordinal);
        _unread.Clear().Append(all.AsSpan(place + text.Length));
        return all[..place];
    }
}
