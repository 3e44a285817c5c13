using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace TestLab.Cli.Tests.Programs;

/// <summary>Ways from the host into a lab, with the host's own tools.</summary>
[Category("Slow")]
public sealed class ForwardTests : RunFixture
{
    [Test]
    public void CurlOfTheHostGetsAPageOfAGuestAndTheReplayNeedsNoCurl()
    {
        int port = FreePort();
        string lab = Lab($$"""
            time: real
            networks:
              net: { type: nat, forward: { host: {{port}}, to: server:80 } }
            machines:
              server:
                image: tiny
                networks: { net: {} }
                files: { /www/index.html: { content: "greetings from the lab\n" } }
                start: { run: httpd -f -vv -p 80 -h /www > /asked 2>&1 & }
                ready: { port: 80, within: 30s }
            steps:
              - { name: somebody asks, run: until grep "response:200" /asked; do sleep 0.2; done, timeout: 2m }
              - { wait: 500ms }
            """);
        using Process run = Start("dotnet", TestLabProgram.Path, "run", lab, "--out", Path.Combine(Folder, "recorded"));
        Await(run.StandardError, "server: ready");
        Outcome page = TestLabProgram.Execute("curl", ["--silent", "--max-time", "60", $"http://127.0.0.1:{port}/"]);
        string output = run.StandardOutput.ReadToEnd();
        run.WaitForExit();
        Assert.That((run.ExitCode, page), Is.EqualTo((0, new Outcome(0, "greetings from the lab\n", ""))), output);

        Outcome replayed = TestLabProgram.Run("run", lab, "--replay", "last", "--out", Path.Combine(Folder, "replayed"));
        Assert.That(replayed.ExitCode, Is.Zero, replayed.Output);
        Assert.That(replayed.Output, Does.Contain("the outside itself was not reached"));
        string[] runs = [.. Runs().Select(each => each.GetProperty("run").GetString() ?? "")];
        Assert.That(TestLabProgram.Run("runs", "compare", runs[0], runs[1]).Output, Does.StartWith("equal"));
    }

    [Test]
    public void APortThatIsTakenIsCodeThreeAndNamed()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        Outcome outcome = TestLabProgram.Run("run", Lab($$"""
            networks: { net: { type: nat, forward: { host: {{port}}, to: server:80 } } }
            machines: { server: { image: tiny, networks: { net: {} } } }
            """));
        Assert.That(outcome.ExitCode, Is.EqualTo(3), outcome.Errors);
        Assert.That(outcome.Output, Does.Contain($"127.0.0.1:{port}").And.Contain("in use"));
    }

    [Test]
    public void CellsWithTheSamePortTakeTurns()
    {
        string lab = Lab($$"""
            matrix: { memory: [96MiB, 128MiB] }
            networks: { net: { type: nat, forward: { host: {{FreePort()}}, to: server:80 } } }
            machines: { server: { image: tiny, memory: "${memory}", networks: { net: {} } } }
            steps: [{ wait: 1s }]
            """);
        Assert.That(TestLabProgram.Run("plan", lab, "--list").Output, Does.Contain("of the host run one after another"));
        Outcome run = TestLabProgram.Run("run", lab, "--jobs", "2", "--out", Path.Combine(Folder, "results"));
        Assert.That(run.ExitCode, Is.Zero, run.Output);
        string[] turns = [.. run.Errors.Split('\n').Where(line => line.EndsWith(": started", StringComparison.Ordinal)
            || line.EndsWith(": passed", StringComparison.Ordinal)).Select(line => line.Split(": ")[^1])];
        Assert.That(turns, Is.EqualTo(new[] { "started", "passed", "started", "passed" }), run.Errors);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
