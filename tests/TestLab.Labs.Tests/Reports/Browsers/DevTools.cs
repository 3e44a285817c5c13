using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json.Nodes;

namespace TestLab.Labs.Tests.Reports.Browsers;

/// <summary>A connection to a browser: commands with their answers, and events as they come.</summary>
internal sealed class DevTools : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode>> _commands = [];
    private readonly CancellationTokenSource _end = new();
    private Task _reading = Task.CompletedTask;
    private int _last;

    private DevTools()
    {
    }

    /// <summary>The session, the event's name, and what it says; on a thread of the connection.</summary>
    public event Action<string, string, JsonNode>? Happened;

    public static async Task<DevTools> ConnectAsync(Uri address, CancellationToken cancellation)
    {
        var tools = new DevTools();
        await tools._socket.ConnectAsync(address, cancellation);
        tools._reading = tools.ReadAsync();
        return tools;
    }

    /// <exception cref="InvalidOperationException">The browser refuses the command.</exception>
    public async Task<JsonNode> SendAsync(string method, JsonObject parameters, string? session, CancellationToken cancellation)
    {
        int number = Interlocked.Increment(ref _last);
        var answer = new TaskCompletionSource<JsonNode>(TaskCreationOptions.RunContinuationsAsynchronously);
        _commands[number] = answer;
        var command = new JsonObject { ["id"] = number, ["method"] = method, ["params"] = parameters };
        if (session is not null) command["sessionId"] = session;
        await _socket.SendAsync(
            System.Text.Encoding.UTF8.GetBytes(command.ToJsonString()), WebSocketMessageType.Text, true, cancellation);
        return await answer.Task.WaitAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _reading.ContinueWith(_ => { }, TaskScheduler.Default);
        _socket.Dispose();
        _end.Dispose();
    }

    private async Task ReadAsync()
    {
        byte[] buffer = new byte[1 << 16];
        using var message = new MemoryStream();
        while (true)
        {
            ValueWebSocketReceiveResult part = await _socket.ReceiveAsync(buffer.AsMemory(), _end.Token);
            message.Write(buffer, 0, part.Count);
            if (!part.EndOfMessage) continue;
            JsonNode? content = JsonNode.Parse(message.ToArray());
            message.SetLength(0);
            if (content is not null) Take(content);
        }
    }

    private void Take(JsonNode message)
    {
        if ((string?)message["method"] is { } name)
            Happened?.Invoke((string?)message["sessionId"] ?? "", name, message["params"] ?? new JsonObject());
        else if (_commands.TryRemove((int?)message["id"] ?? 0, out TaskCompletionSource<JsonNode>? command))
        {
            if (message["error"] is { } error) command.TrySetException(new InvalidOperationException(error.ToJsonString()));
            else command.TrySetResult(message["result"] ?? new JsonObject());
        }
    }
}
