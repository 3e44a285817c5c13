using TestLab.Simulation;

namespace TestLab.Networks.Transport;

/// <summary>Who speaks through the connections of a <see cref="TcpEndpoint"/>.</summary>
internal interface ITcpUser
{
    /// <summary>A peer asks for a connection.</summary>
    /// <returns>False to refuse. True to go on, by <see cref="TcpConnection.Answer"/> at once or later.</returns>
    bool IsWelcome(VirtualTime now, TcpConnection connection);

    /// <summary>The connection stands, whoever asked for it.</summary>
    void Established(VirtualTime now, TcpConnection connection);

    /// <summary>Bytes of the peer, in order; they count against its window until they are consumed.</summary>
    void Received(VirtualTime now, TcpConnection connection, ReadOnlySpan<byte> content);

    /// <summary>The peer has so many bytes more of ours.</summary>
    void Acknowledged(VirtualTime now, TcpConnection connection, int count);

    /// <summary>The peer will send no more.</summary>
    void Finished(VirtualTime now, TcpConnection connection);

    /// <summary>The connection is no more: refused, reset, or the peer is silent.</summary>
    void Broken(VirtualTime now, TcpConnection connection);
}
