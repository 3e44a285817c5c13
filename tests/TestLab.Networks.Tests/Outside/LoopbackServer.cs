using System.Net;
using System.Net.Sockets;

namespace TestLab.Networks.Tests.Outside;

/// <summary>A server of the host on its loopback: each connection is handled by the given conversation.</summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<Socket, Task> _conversation;

    public LoopbackServer(Func<Socket, Task> conversation)
    {
        _conversation = conversation;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Sends everything back, and ends when the other side has ended.</summary>
    public static async Task EchoAsync(Socket socket)
    {
        byte[] buffer = new byte[8_192];
        int count;
        while ((count = await socket.ReceiveAsync(buffer)) > 0)
        {
            for (int sent = 0; sent < count;) sent += await socket.SendAsync(buffer.AsMemory(sent, count - sent));
        }

        socket.Shutdown(SocketShutdown.Both);
    }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptSocketAsync());
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                await _conversation(socket);
            }
            catch (SocketException)
            {
                // The guest has gone; the test looks at the guest.
            }
        }
    }
}
