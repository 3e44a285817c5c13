using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace TestLab.Labs.Tests.Reports.Browsers;

/// <summary>A page that is open, with what it asked for and what went wrong in it.</summary>
internal sealed class BrowserPage
{
    private const int Height = 900;

    private readonly DevTools _tools;
    private readonly string _session;
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public BrowserPage(DevTools tools, string session)
    {
        (_tools, _session) = (tools, session);
        tools.Happened += Take;
    }

    /// <summary>The addresses of all requests, the page's own among them.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Errors of scripts, and what the browser complained of.</summary>
    public ConcurrentQueue<string> Errors { get; } = [];

    public async Task LoadAsync(Uri address, int width, CancellationToken cancellation)
    {
        foreach (string domain in new[] { "Page", "Runtime", "Network", "Log" }) await SendAsync($"{domain}.enable", [], cancellation);
        await SendAsync("Emulation.setDeviceMetricsOverride", new()
        {
            ["width"] = width,
            ["height"] = Height,
            ["deviceScaleFactor"] = 1,
            ["mobile"] = false,
        }, cancellation);
        await SendAsync("Page.navigate", new() { ["url"] = address.AbsoluteUri }, cancellation);
        await _loaded.Task.WaitAsync(cancellation);
    }

    /// <summary>The value of an expression in the page.</summary>
    public async Task<JsonNode?> EvaluateAsync(string expression, CancellationToken cancellation)
    {
        JsonNode answer = await SendAsync("Runtime.evaluate", new() { ["expression"] = expression, ["returnByValue"] = true }, cancellation);
        return answer["exceptionDetails"] is { } failure
            ? throw new InvalidOperationException(failure.ToJsonString())
            : answer["result"]?["value"];
    }

    /// <summary>The whole page as a picture.</summary>
    public async Task SaveAsync(string file, CancellationToken cancellation)
    {
        JsonNode answer = await SendAsync(
            "Page.captureScreenshot", new() { ["format"] = "png", ["captureBeyondViewport"] = true }, cancellation);
        await File.WriteAllBytesAsync(file, Convert.FromBase64String((string?)answer["data"] ?? ""), cancellation);
    }

    private Task<JsonNode> SendAsync(string method, JsonObject parameters, CancellationToken cancellation) =>
        _tools.SendAsync(method, parameters, _session, cancellation);

    private void Take(string session, string name, JsonNode what)
    {
        if (session != _session) return;
        switch (name)
        {
            case "Page.loadEventFired": _loaded.TrySetResult(); break;
            case "Network.requestWillBeSent": Requests.Enqueue((string?)what["request"]?["url"] ?? ""); break;
            case "Runtime.exceptionThrown" or "Log.entryAdded" or "Page.javascriptDialogOpening": Errors.Enqueue(what.ToJsonString()); break;
            default: break;
        }
    }
}
