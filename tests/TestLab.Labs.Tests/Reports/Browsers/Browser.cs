using System.Diagnostics;

namespace TestLab.Labs.Tests.Reports.Browsers;

/// <summary>A headless Chromium of the host, driven by its DevTools protocol.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private const string Announcement = "DevTools listening on ";

    private readonly Process _process;
    private readonly string _profile;
    private readonly DevTools _tools;

    private Browser(Process process, string profile, DevTools tools) => (_process, _profile, _tools) = (process, profile, tools);

    public static async Task<Browser> StartAsync(CancellationToken cancellation)
    {
        string profile = Directory.CreateTempSubdirectory("testlab-browser-").FullName;
        var process = new Process
        {
            StartInfo = new ProcessStartInfo("chromium",
            [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                // Whatever a page asked for by name would fail, and be seen.
                "--host-resolver-rules=MAP * ~NOTFOUND", "--remote-debugging-port=0", $"--user-data-dir={profile}", "about:blank",
            ])
            { RedirectStandardError = true, RedirectStandardOutput = true },
        };
        var announced = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data?.StartsWith(Announcement, StringComparison.Ordinal) == true) announced.TrySetResult(line.Data[Announcement.Length..]);
            else if (line.Data is null) announced.TrySetException(new InvalidOperationException("The browser did not start."));
        };
        process.Start();
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        var address = new Uri(await announced.Task.WaitAsync(cancellation));
        return new Browser(process, profile, await DevTools.ConnectAsync(address, cancellation));
    }

    /// <summary>Opens a file in a page of its own.</summary>
    /// <param name="width">Of the page, in pixels of CSS.</param>
    public async Task<BrowserPage> OpenAsync(string file, int width, CancellationToken cancellation)
    {
        string target = (string?)(await _tools.SendAsync("Target.createTarget", new() { ["url"] = "about:blank" }, null, cancellation))["targetId"] ?? "";
        string session = (string?)(await _tools.SendAsync(
            "Target.attachToTarget", new() { ["targetId"] = target, ["flatten"] = true }, null, cancellation))["sessionId"] ?? "";
        var page = new BrowserPage(_tools, session);
        await page.LoadAsync(new Uri(file), width, cancellation);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _tools.DisposeAsync();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_profile, recursive: true);
    }
}
