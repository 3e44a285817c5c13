using System.Buffers.Binary;
using System.Text;
using TestLab.Simulation;

namespace TestLab.Machines.Devices.Virtio;

/// <summary>virtio-console with several ports: byte streams between guest and host, by name.</summary>
/// <remarks>Source: Virtual I/O Device 1.2, 5.3, with VIRTIO_CONSOLE_F_MULTIPORT. Queues: two for port 0, two for control
/// messages, two for each further port.</remarks>
public sealed class VirtioConsole : VirtioDevice, ISnapshotable<VirtioConsoleState>
{
    public const int PortLimit = 16;

    /// <summary>Input of one port that waits for the guest.</summary>
    public const int InputLimitBytes = 64 << 10;

    /// <summary>Control messages that wait for the guest; a guest that asks for more without taking any gets none.</summary>
    public const int MessageLimit = 4 * PortLimit;

    private const ulong MultiportFeature = 1UL << 1;
    private const int ControlReceiveQueue = 2;
    private const int ControlTransmitQueue = 3;
    private const int MessageBytes = 8;
    private const int NameLimitBytes = 64;
    private const int PieceBytes = 4096;
    private const ulong WriteLimitBytes = 1 << 20;

    private readonly IReadOnlyList<ConsolePort> _ports;
    private VirtioConsoleState _state;

    public VirtioConsole(IReadOnlyList<ConsolePort> ports)
    {
        if (ports.Count is 0 or > PortLimit) throw new ArgumentException($"A console has 1 to {PortLimit} ports.", nameof(ports));
        _ports = ports;
        _state = new VirtioConsoleState
        {
            Ports = [.. ports.Select(_ => new VirtioConsoleState.PortState { Input = [] })],
            Messages = [],
        };
    }

    private enum Event : ushort { DeviceReady, PortAdd, PortRemove, PortReady, ConsolePort, Resize, PortOpen, PortName }

    public override ushort DeviceType => 3;

    public override uint ClassCode => 0x07_8000;

    public override int QueueCount => 2 * _ports.Count + 2;

    public override ushort QueueSize => 64;

    public override ulong Features => MultiportFeature;

    public override byte ReadConfig(int offset) => offset is >= 4 and < 8 ? (byte)(_ports.Count >> (8 * (offset - 4))) : (byte)0;

    /// <summary>Called with the port when a program of the guest opens or closes it.</summary>
    public Action<int>? OpenChanged { get; set; }

    /// <summary>Called with the port when the guest has taken input, or input was dropped.</summary>
    public Action<int>? InputTaken { get; set; }

    /// <summary>Whether a program of the guest has the port open.</summary>
    public bool IsOpen(int port) => _state.Ports[port].IsOpen;

    /// <summary>Input bytes of the port that the guest has not taken yet.</summary>
    public int PendingInput(int port) => _state.Ports[port].Input.Length;

    /// <summary>Offers input and returns how many bytes found room.</summary>
    public int Receive(int port, ReadOnlySpan<byte> input)
    {
        ref VirtioConsoleState.PortState state = ref _state.Ports[port];
        int accepted = Math.Min(input.Length, InputLimitBytes - state.Input.Length);
        state.Input = [.. state.Input, .. input[..accepted]];
        SendInput(port);
        return accepted;
    }

    public override void Notify(int queue)
    {
        switch (queue)
        {
            case ControlReceiveQueue: SendMessages(); break;
            case ControlTransmitQueue: ReceiveMessages(); break;
            default:
                int port = queue < 2 ? 0 : (queue - 2) / 2;
                if ((queue & 1) == 0) SendInput(port);
                else TakeOutput(port, queue);
                break;
        }
    }

    public override void Start()
    {
        for (int port = 0; port < _ports.Count; port++) SendInput(port);
    }

    public override void Reset()
    {
        _state.Messages = [];
        for (int port = 0; port < _ports.Count; port++) SetOpen(port, false);
    }

    /// <summary>The port's sink is ready again.</summary>
    public void Resume(int port)
    {
        if (Transport.IsRunning) TakeOutput(port, ReceiveQueueOf(port) + 1);
    }

    public override void DropInput()
    {
        for (int port = 0; port < _ports.Count; port++)
        {
            _state.Ports[port].Input = [];
            InputTaken?.Invoke(port);
        }
    }

    public VirtioConsoleState Save() => new() { Ports = CopyPorts(_state.Ports), Messages = [.. _state.Messages] };

    public void Restore(in VirtioConsoleState state) =>
        _state = new VirtioConsoleState { Ports = CopyPorts(state.Ports), Messages = [.. state.Messages] };

    private static VirtioConsoleState.PortState[] CopyPorts(VirtioConsoleState.PortState[] ports) =>
        [.. ports.Select(port => port with { Input = [.. port.Input] })];

    private static int ReceiveQueueOf(int port) => port == 0 ? 0 : 2 * port + 2;

    private void TakeOutput(int port, int index)
    {
        Virtqueue queue = Transport.Queue(index);
        VirtqueueChain chain = Transport.NewChain();
        Span<byte> piece = stackalloc byte[PieceBytes];
        for (int count = 0; count < Virtqueue.SizeLimit && _ports[port].Output.IsReady && queue.TryTake(chain); count++)
        {
            // One write is as long as the guest says, and a page may appear in it many times: there is an end to it.
            ulong left = Math.Min(chain.ReadableBytes, WriteLimitBytes);
            while (left > 0)
            {
                int length = chain.Read(piece[..(int)Math.Min(left, PieceBytes)]);
                _ports[port].Output.Write(piece[..length]);
                left -= (uint)length;
            }

            queue.Complete(chain.Head, 0);
        }

        queue.AskForNotification();
        Transport.SignalUsed(index);
    }

    private void SendInput(int port)
    {
        if (!Transport.IsRunning) return;
        ref VirtioConsoleState.PortState state = ref _state.Ports[port];
        int index = ReceiveQueueOf(port);
        Virtqueue queue = Transport.Queue(index);
        VirtqueueChain chain = Transport.NewChain();
        int before = state.Input.Length;
        while (state.Input.Length > 0 && queue.TryTake(chain))
        {
            int length = chain.Write(state.Input);
            queue.Complete(chain.Head, (uint)length);
            state.Input = state.Input[length..];
            if (length == 0) break; // A buffer of no size: it has been given back, and the rest waits.
        }

        queue.AskForNotification();
        Transport.SignalUsed(index);
        if (state.Input.Length < before) InputTaken?.Invoke(port);
    }

    private void ReceiveMessages()
    {
        Virtqueue queue = Transport.Queue(ControlTransmitQueue);
        VirtqueueChain chain = Transport.NewChain();
        Span<byte> message = stackalloc byte[MessageBytes];
        for (int count = 0; count < Virtqueue.SizeLimit && queue.TryTake(chain); count++)
        {
            if (chain.Read(message) == MessageBytes)
            {
                Answer(
                    BinaryPrimitives.ReadUInt32LittleEndian(message),
                    (Event)BinaryPrimitives.ReadUInt16LittleEndian(message[4..]),
                    BinaryPrimitives.ReadUInt16LittleEndian(message[6..]));
            }

            queue.Complete(chain.Head, 0);
        }

        queue.AskForNotification();
        Transport.SignalUsed(ControlTransmitQueue);
        SendMessages();
    }

    private void Answer(uint port, Event message, ushort value)
    {
        switch (message)
        {
            case Event.DeviceReady when value == 1:
                for (int index = 0; index < _ports.Count; index++) Enqueue((uint)index, Event.PortAdd, 1);
                break;
            case Event.PortReady when value == 1 && port < _ports.Count:
                if (_ports[(int)port].Name.Length > 0) Enqueue(port, Event.PortName, 1);
                else Enqueue(port, Event.ConsolePort, 1);
                Enqueue(port, Event.PortOpen, 1);
                break;
            case Event.PortOpen when port < _ports.Count:
                SetOpen((int)port, value == 1);
                break;
        }
    }

    private void SetOpen(int port, bool isOpen)
    {
        if (_state.Ports[port].IsOpen == isOpen) return;
        _state.Ports[port].IsOpen = isOpen;
        OpenChanged?.Invoke(port);
    }

    private void Enqueue(uint port, Event message, ushort value)
    {
        if (_state.Messages.Length >= MessageLimit) return;
        _state.Messages = [.. _state.Messages, new() { Port = port, Event = (ushort)message, Value = value }];
    }

    private void SendMessages()
    {
        Virtqueue queue = Transport.Queue(ControlReceiveQueue);
        VirtqueueChain chain = Transport.NewChain();
        while (_state.Messages.Length > 0 && queue.TryTake(chain))
        {
            VirtioConsoleState.ControlMessage message = _state.Messages[0];
            _state.Messages = _state.Messages[1..];
            byte[] bytes = new byte[MessageBytes];
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, message.Port);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4), message.Event);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(6), message.Value);
            chain.Write(bytes);
            if ((Event)message.Event == Event.PortName) chain.Write(NameOf(message.Port));
            queue.Complete(chain.Head, chain.WrittenBytes);
        }

        queue.AskForNotification();
        Transport.SignalUsed(ControlReceiveQueue);
    }

    private byte[] NameOf(uint port)
    {
        if (port >= _ports.Count) return [];
        byte[] name = Encoding.UTF8.GetBytes(_ports[(int)port].Name);
        return name[..Math.Min(name.Length, NameLimitBytes)];
    }
}
