using System.Buffers.Binary;
using System.Text;
using TestLab.Machines.Devices.Virtio;
using TestLab.Simulation;

namespace TestLab.Machines.Control;

/// <summary>
/// The host's end of a guest's control channel: commands, files, calls, any number at once. Bytes in, bytes out, and
/// guest time; what it does follows from these alone.
/// </summary>
/// <remarks>
/// The guest is not trusted: whatever it sends, memory stays bounded, and what no agent would send ends all operations
/// as lost, with a <see cref="Fault"/>.
/// </remarks>
public sealed class ControlClient(IByteSink port)
{
    /// <summary>The port's name in the guest: /dev/virtio-ports/testlab.control.</summary>
    public const string PortName = "testlab.control";

    /// <summary>Operations at the same time; the agent has as many places.</summary>
    public const int OperationLimit = 32;

    /// <summary>A command's words and variables together, and a call's data.</summary>
    public const int RequestBytesMax = ControlFrame.HostPayloadMax;

    /// <summary>A command's words, and its variables.</summary>
    public const int WordLimit = 1500;

    private readonly SortedDictionary<uint, ControlOperation> _operations = [];
    private readonly ControlFrameReader _reader = new();
    private uint _lastChannel;
    private ulong? _awaited;

    /// <summary>True once the agent said hello.</summary>
    public bool IsReady { get; private set; }

    /// <summary>What the guest did wrong; <see cref="Reset"/> clears it.</summary>
    public ControlFault Fault { get; private set; }

    /// <summary>32 or 64: the agent's machine; 0 before it is there.</summary>
    public int GuestBits { get; private set; }

    public VirtualTime Now { get; private set; }

    /// <summary>Hears each hello of an agent: at its start, after its death, after a reset.</summary>
    public Action? BecameReady { get; set; }

    public Action<ControlFault>? Faulted { get; set; }

    /// <summary>What goes on, in the order of its start.</summary>
    public IReadOnlyCollection<ControlOperation> Operations => _operations.Values;

    /// <summary>When <see cref="Advance"/> has something to do; at the latest.</summary>
    public VirtualTime NextDeadline => _operations.Values.Aggregate(
        VirtualTime.Never, (earliest, operation) => VirtualTime.Min(earliest, operation.Deadline));

    /// <summary>Takes what the guest sent, in pieces of any size.</summary>
    public void Feed(ReadOnlySpan<byte> fromGuest)
    {
        if (Fault != ControlFault.None && _awaited is null) return;
        if (_awaited is { } word)
        {
            ReadOnlySpan<byte> hello = _reader.Seek(fromGuest, word);
            if (hello.IsEmpty) return;
            _awaited = null;
            fromGuest = hello;
        }

        ControlFault fault = _reader.Feed(fromGuest, Hear);
        if (fault != ControlFault.None) Fail(fault);
    }

    /// <summary>Tells the time; what should have ended by now ends.</summary>
    public void Advance(VirtualTime now)
    {
        Now = now;
        foreach (ControlOperation operation in _operations.Values.Where(item => item.Deadline <= now).ToArray())
        {
            operation.Abandon(ControlEnding.TimedOut);
        }
    }

    /// <summary>
    /// Begins anew with an agent that is there: all that runs is killed, and whatever it sent before is dropped.
    /// </summary>
    /// <param name="word">What its hello repeats; of the caller's random stream, neither 0 nor all ones.</param>
    public void Reset(ulong word)
    {
        (IsReady, Fault, _awaited) = (false, ControlFault.None, word);
        LoseAll();
        byte[] payload = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(payload, word);
        Send(ControlFrameKind.Reset, 0, payload);
    }

    /// <summary>Runs a command.</summary>
    /// <exception cref="ArgumentException">It has no words, a zero byte in it, or is too long.</exception>
    public ControlCommand Start(CommandRequest request)
    {
        byte[] payload = PayloadOf(request);
        var command = new ControlCommand(this, NewState(ControlOperationKind.Command) with
        {
            Name = request.Name,
            DeadlineNanoseconds = request.TimeoutNanoseconds is { } limit ? Now.After(limit).Nanoseconds : long.MaxValue,
            OutputWindow = ControlOperation.WindowBytes,
            ErrorsWindow = ControlOperation.WindowBytes,
            IsInputClosed = !request.HasInput,
            IsCloseSent = !request.HasInput,
        });
        Begin(command, ControlFrameKind.Start, payload);
        return command;
    }

    /// <summary>Reads a file.</summary>
    public ControlDownload Get(string path, int limitBytes, long? timeoutNanoseconds = null)
    {
        var download = new ControlDownload(this, NewState(ControlOperationKind.Download, timeoutNanoseconds) with
        {
            Path = path,
            ContentLimit = limitBytes,
            OutputWindow = ControlOperation.WindowBytes,
        });
        Begin(download, ControlFrameKind.Get, [.. WordOf(ControlOperation.WindowBytes), .. TextOf(path)]);
        return download;
    }

    /// <summary>Writes a file, whole or not at all; its folder is there.</summary>
    public ControlUpload Put(string path, ReadOnlyMemory<byte> content, int mode, long? timeoutNanoseconds = null)
    {
        var upload = new ControlUpload(this, NewState(ControlOperationKind.Upload, timeoutNanoseconds) with { Path = path });
        Begin(upload, ControlFrameKind.Put, [.. WordOf(mode), .. TextOf(ControlUpload.PartOf(path))]);
        upload.Begin(content);
        return upload;
    }

    /// <summary>Calls the guest's kernel.</summary>
    public ControlCall Call(GuestCall call)
    {
        var operation = new ControlCall(this, NewState(ControlOperationKind.Call));
        Begin(operation, ControlFrameKind.Call, call.ToPayload(GuestBits));
        return operation;
    }

    public ControlClientState Save() => new()
    {
        LastChannel = _lastChannel,
        IsReady = IsReady,
        GuestBits = GuestBits,
        Fault = Fault,
        NowNanoseconds = Now.Nanoseconds,
        Awaited = _awaited,
        Held = _reader.Held,
        Operations = [.. _operations.Values.Select(operation => operation.Save())],
    };

    /// <summary>Takes a saved state over; whoever hears <see cref="Operations"/> says so again.</summary>
    public void Restore(ControlClientState state)
    {
        (_lastChannel, IsReady, GuestBits, Fault) = (state.LastChannel, state.IsReady, state.GuestBits, state.Fault);
        (Now, _awaited, _reader.Held) = (new(state.NowNanoseconds), state.Awaited, state.Held);
        _operations.Clear();
        foreach (ControlOperationState saved in state.Operations) _operations[saved.Channel] = Of(saved);
    }

    internal void Send(ControlFrameKind kind, uint channel, ReadOnlySpan<byte> payload) =>
        ControlFrame.Send(port, kind, channel, payload);

    internal void SendCall(uint channel, GuestCall call) =>
        Send(ControlFrameKind.Call, channel, call.ToPayload(GuestBits));

    internal void Forget(ControlOperation operation) => _operations.Remove(operation.Channel);

    private ControlFault Hear(ControlFrameKind kind, uint channel, ReadOnlySpan<byte> payload)
    {
        if (kind == ControlFrameKind.Hello) return Greet(payload);
        // What is still on its way of an operation that is over means nothing any more.
        if (_operations.TryGetValue(channel, out ControlOperation? operation)) return operation.Hear(kind, payload);
        return kind >= ControlFrameKind.Hello && kind <= ControlFrameKind.Status
            ? ControlFault.None
            : ControlFault.UnknownFrame;
    }

    private ControlFault Greet(ReadOnlySpan<byte> payload)
    {
        if (payload.Length != ControlFrame.HelloBytes) return ControlFault.UnknownFrame;
        if (BinaryPrimitives.ReadUInt64LittleEndian(payload) == ulong.MaxValue) return ControlFault.Misunderstood;
        int version = BinaryPrimitives.ReadUInt16LittleEndian(payload[8..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(payload[10..]);
        if (version != ControlFrame.Version || bits is not (32 or 64)) return ControlFault.WrongVersion;
        LoseAll();
        (IsReady, GuestBits) = (true, bits);
        BecameReady?.Invoke();
        return ControlFault.None;
    }

    private void Fail(ControlFault fault)
    {
        (IsReady, Fault, _reader.Held) = (false, fault, []);
        LoseAll();
        Faulted?.Invoke(fault);
    }

    private void LoseAll()
    {
        foreach (ControlOperation operation in _operations.Values.ToArray()) operation.Finish(new(ControlEnding.Lost));
    }

    private void Begin(ControlOperation operation, ControlFrameKind kind, ReadOnlySpan<byte> payload)
    {
        if (!IsReady) throw new InvalidOperationException("the guest's agent is not there yet");
        if (payload.Length > RequestBytesMax) throw new ArgumentException($"more than {RequestBytesMax} bytes for one request");
        _operations[operation.Channel] = operation;
        Send(kind, operation.Channel, payload);
    }

    private ControlOperationState NewState(ControlOperationKind kind, long? timeoutNanoseconds = null) => new()
    {
        Kind = kind,
        Channel = ++_lastChannel,
        DeadlineNanoseconds = timeoutNanoseconds is { } limit ? Now.After(limit).Nanoseconds : long.MaxValue,
    };

    private ControlOperation Of(ControlOperationState state) => state.Kind switch
    {
        ControlOperationKind.Download => new ControlDownload(this, state),
        ControlOperationKind.Upload => new ControlUpload(this, state),
        ControlOperationKind.Call => new ControlCall(this, state),
        _ => new ControlCommand(this, state),
    };

    private static byte[] PayloadOf(CommandRequest request)
    {
        if (request.Words.Count == 0) throw new ArgumentException("a command without words");
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string value) in CommandRequest.Defaults) variables[name] = value;
        foreach ((string name, string value) in request.Environment) variables[name] = value;
        if (Math.Max(request.Words.Count, variables.Count) > WordLimit)
        {
            throw new ArgumentException($"more than {WordLimit} words or variables for one command");
        }

        var payload = new List<byte>();
        payload.AddRange(WordOf(request.HasInput ? 1 : 0));
        payload.AddRange(WordOf(ControlOperation.WindowBytes));
        payload.AddRange(WordOf(ControlOperation.WindowBytes));
        payload.AddRange(WordOf(request.Words.Count));
        payload.AddRange(WordOf(variables.Count));
        payload.AddRange(TextOf(request.Folder));
        foreach (string word in request.Words) payload.AddRange(TextOf(word));
        foreach ((string name, string value) in variables) payload.AddRange(TextOf($"{name}={value}"));
        return [.. payload];
    }

    private static byte[] WordOf(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] TextOf(string text) => text.Contains('\0')
        ? throw new ArgumentException("a zero byte in a text for the guest")
        : [.. Encoding.UTF8.GetBytes(text), 0];
}
