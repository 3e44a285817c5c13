using TestLab.Simulation;

namespace TestLab.Networks.Segments;

/// <summary>
/// What a switch remembers: its ports, the addresses in the order of their use, the frames inside it.
/// </summary>
internal record struct SwitchState : IState
{
    private Port[]? _ports;
    private Address[]? _addresses;
    private Passage[]? _passages;

    public ulong Unlearned;

    public Port[] Ports
    {
        readonly get => _ports ?? [];
        set => _ports = value;
    }

    public Address[] Addresses
    {
        readonly get => _addresses ?? [];
        set => _addresses = value;
    }

    public Passage[] Passages
    {
        readonly get => _passages ?? [];
        set => _passages = value;
    }

    public void Transfer(StateTransfer transfer)
    {
        (Port[] ports, Address[] addresses, Passage[] passages) = (Ports, Addresses, Passages);
        transfer.List(ref ports, LearningSwitch.PortLimit);
        transfer.List(ref addresses, LearningSwitch.LargestTableLimit);
        transfer.List(ref passages, LearningSwitch.LargestBufferLimitBytes / LearningSwitch.FrameCostBytes);
        (Ports, Addresses, Passages) = (ports, addresses, passages);
        transfer.UInt64(ref Unlearned);
    }

    public record struct Port : IState
    {
        public bool IsIsolated;
        public int Mirror;
        public long FloodMillisecond;
        public int FloodsInMillisecond;
        public PortCounters Counters;

        public void Transfer(StateTransfer transfer)
        {
            transfer.Boolean(ref IsIsolated);
            transfer.Int32(ref Mirror);
            transfer.Int64(ref FloodMillisecond);
            transfer.Int32(ref FloodsInMillisecond);
            Counters.Transfer(transfer);
        }
    }

    public record struct Address : IState
    {
        public ulong Key;
        public int Port;
        public VirtualTime Heard;

        public void Transfer(StateTransfer transfer)
        {
            transfer.UInt64(ref Key);
            transfer.Int32(ref Port);
            transfer.Time(ref Heard);
        }
    }

    public record struct Passage : IState
    {
        public VirtualTime Due;
        public int Source;
        public int Destination;
        private byte[]? _content;

        public byte[] Content
        {
            readonly get => _content ?? [];
            set => _content = value;
        }

        public void Transfer(StateTransfer transfer)
        {
            transfer.Time(ref Due);
            transfer.Int32(ref Source);
            transfer.Int32(ref Destination);
            byte[] content = Content;
            transfer.Buffer(ref content, Simulation.Processes.Frame.LimitBytes);
            Content = content;
        }
    }
}
