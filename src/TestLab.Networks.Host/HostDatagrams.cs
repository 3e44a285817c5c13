using System.Net;
using System.Net.Sockets;
using TestLab.Networks.Outside;

namespace TestLab.Networks.Host;

/// <summary>The socket of a guest's conversation by datagrams.</summary>
internal sealed class HostDatagrams : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly OutsideInbox _inbox;
    private readonly ulong _flow;

    /// <exception cref="SocketException">There is no way to the target.</exception>
    public HostDatagrams(OutsideInbox inbox, ulong flow, IPEndPoint target)
    {
        (_inbox, _flow) = (inbox, flow);
        try
        {
            _socket.Connect(target);
        }
        catch (SocketException)
        {
            _socket.Dispose();
            throw;
        }
    }

    public void Send(ReadOnlySpan<byte> content)
    {
        try
        {
            _socket.Send(content);
        }
        catch (SocketException)
        {
            // A datagram may be lost; that nobody listens is told by silence.
        }
    }

    public async Task ReceiveAsync()
    {
        byte[] buffer = new byte[ushort.MaxValue];
        while (true)
        {
            try
            {
                int count = await _socket.ReceiveAsync(buffer);
                _inbox.PostLossy(new OutsideMessage(OutsideMessageKind.Received, _flow) { Content = buffer.AsSpan(0, count).ToArray() });
            }
            catch (SocketException failure) when (failure.SocketErrorCode != SocketError.OperationAborted)
            {
                // A port where nobody listens is reported by the next call; the one after it waits again.
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    public void Dispose() => _socket.Dispose();
}
