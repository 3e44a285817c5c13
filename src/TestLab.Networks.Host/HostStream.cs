using System.Net.Sockets;
using System.Threading.Channels;
using TestLab.Networks.Outside;

namespace TestLab.Networks.Host;

/// <summary>One TCP connection of the host, at the other end of a guest's.</summary>
internal sealed class HostStream : IDisposable
{
    private const int ReadLimitBytes = 32 << 10;

    private readonly OutsideInbox _inbox;
    private readonly ulong _flow;
    private readonly Socket _socket;

    // What a guest sends is bounded by its window, so the channel need not be.
    private readonly Channel<ReadOnlyMemory<byte>> _outgoing = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();
    private readonly SemaphoreSlim _allowance = new(0);
    private long _allowedBytes;

    public HostStream(OutsideInbox inbox, ulong flow, Socket socket)
    {
        (_inbox, _flow, _socket) = (inbox, flow, socket);
        _socket.NoDelay = true;
    }

    /// <summary>Connects, and then carries bytes until both sides have finished or one is gone.</summary>
    public async Task ConnectAsync(System.Net.IPEndPoint target)
    {
        try
        {
            await _socket.ConnectAsync(target);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            _inbox.Post(new OutsideMessage(OutsideMessageKind.Failed, _flow));
            return;
        }

        _inbox.Post(new OutsideMessage(OutsideMessageKind.Opened, _flow));
        await CarryAsync();
    }

    public Task CarryAsync() => Task.WhenAll(ReceiveAsync(), SendAsync());

    public void Send(ReadOnlyMemory<byte> content) => _outgoing.Writer.TryWrite(content);

    public void Allow(long count)
    {
        Interlocked.Add(ref _allowedBytes, count);
        _allowance.Release();
    }

    /// <summary>There is no more to send; what was sent is still delivered.</summary>
    public void Finish() => _outgoing.Writer.TryComplete();

    /// <summary>The peer of the host sees a reset.</summary>
    public void Abort()
    {
        try
        {
            _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // It is gone already.
        }

        Dispose();
    }

    public void Dispose()
    {
        _outgoing.Writer.TryComplete();
        _socket.Dispose();
        _allowance.Release();
    }

    private async Task ReceiveAsync()
    {
        byte[] buffer = new byte[ReadLimitBytes];
        try
        {
            while (true)
            {
                int allowed = (int)Math.Min(Interlocked.Read(ref _allowedBytes), ReadLimitBytes);
                if (allowed <= 0)
                {
                    await _allowance.WaitAsync();
                    continue;
                }

                int count = await _socket.ReceiveAsync(buffer.AsMemory(0, allowed));
                if (count == 0)
                {
                    _inbox.Post(new OutsideMessage(OutsideMessageKind.Finished, _flow));
                    return;
                }

                Interlocked.Add(ref _allowedBytes, -count);
                _inbox.Post(new OutsideMessage(OutsideMessageKind.Received, _flow) { Content = buffer.AsSpan(0, count).ToArray() });
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            _inbox.Post(new OutsideMessage(OutsideMessageKind.Reset, _flow));
            Dispose();
        }
    }

    private async Task SendAsync()
    {
        try
        {
            await foreach (ReadOnlyMemory<byte> content in _outgoing.Reader.ReadAllAsync())
            {
                for (int sent = 0; sent < content.Length;) sent += await _socket.SendAsync(content[sent..]);
                _inbox.Post(new OutsideMessage(OutsideMessageKind.Taken, _flow) { Number = content.Length });
            }

            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // The receiving side tells it.
            Dispose();
        }
    }
}
