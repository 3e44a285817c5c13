using TestLab.Simulation;

namespace TestLab.Networks.Transport;

/// <summary>All connections of an endpoint, in the order of their numbers.</summary>
internal record struct TcpEndpointState : IState
{
    public ulong NextId;
    private TcpState[]? _connections;

    public TcpState[] Connections
    {
        readonly get => _connections ?? [];
        set => _connections = value;
    }

    public void Transfer(StateTransfer transfer)
    {
        transfer.UInt64(ref NextId);
        TcpState[] connections = Connections;
        transfer.List(ref connections, TcpEndpoint.LargestConnectionLimit);
        Connections = connections;
    }
}
