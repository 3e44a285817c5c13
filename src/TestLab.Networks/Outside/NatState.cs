using TestLab.Simulation;

namespace TestLab.Networks.Outside;

/// <summary>What a gateway remembers of conversations that are not streams, and when it looks outside next.</summary>
internal record struct NatState : IState
{
    public ulong NextFlow;
    public int NextPort;
    public VirtualTime NextLook;
    private Datagram[]? _datagrams;
    private Arrival[]? _arrivals;
    private Stream[]? _streams;

    /// <summary>In the order of their use.</summary>
    public Datagram[] Datagrams
    {
        readonly get => _datagrams ?? [];
        set => _datagrams = value;
    }

    /// <summary>Streams that the outside started, in the order of their flows.</summary>
    public Arrival[] Arrivals
    {
        readonly get => _arrivals ?? [];
        set => _arrivals = value;
    }

    /// <summary>When each stream was last used, in the order of their connections.</summary>
    public Stream[] Streams
    {
        readonly get => _streams ?? [];
        set => _streams = value;
    }

    public void Transfer(StateTransfer transfer)
    {
        transfer.UInt64(ref NextFlow);
        transfer.Int32(ref NextPort);
        transfer.Time(ref NextLook);
        (Datagram[] datagrams, Arrival[] arrivals, Stream[] streams) = (Datagrams, Arrivals, Streams);
        transfer.List(ref datagrams, NatDatagrams.FlowLimit);
        transfer.List(ref arrivals, Transport.TcpEndpoint.LargestConnectionLimit);
        transfer.List(ref streams, Transport.TcpEndpoint.LargestConnectionLimit);
        (Datagrams, Arrivals, Streams) = (datagrams, arrivals, streams);
    }

    public record struct Datagram : IState
    {
        public ulong Flow;
        public ulong Guest;
        public ulong Remote;
        public bool IsEcho;
        public bool IsAwaited;
        public VirtualTime Used;

        public void Transfer(StateTransfer transfer)
        {
            transfer.UInt64(ref Flow);
            transfer.UInt64(ref Guest);
            transfer.UInt64(ref Remote);
            transfer.Boolean(ref IsEcho);
            transfer.Boolean(ref IsAwaited);
            transfer.Time(ref Used);
        }
    }

    public record struct Arrival : IState
    {
        public ulong Flow;
        public ulong Connection;

        public void Transfer(StateTransfer transfer)
        {
            transfer.UInt64(ref Flow);
            transfer.UInt64(ref Connection);
        }
    }

    public record struct Stream : IState
    {
        public ulong Connection;
        public VirtualTime Used;

        public void Transfer(StateTransfer transfer)
        {
            transfer.UInt64(ref Connection);
            transfer.Time(ref Used);
        }
    }
}
