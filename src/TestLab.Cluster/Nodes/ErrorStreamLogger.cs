using Akka.Actor;
using Akka.Event;

namespace TestLab.Cluster.Nodes;

/// <summary>What the actors have to say goes to stderr, a line each.</summary>
public sealed class ErrorStreamLogger : ReceiveActor
{
    public ErrorStreamLogger()
    {
        Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
        Receive<LogEvent>(entry => Console.Error.WriteLine(Describe(entry)));
    }

    private static string Describe(LogEvent entry)
    {
        string cause = entry.Cause is { } error ? $" {error.GetType().Name}: {error.Message}" : "";
        string line = $"testlab: {(entry.LogLevel() >= LogLevel.ErrorLevel ? "error" : "warning")}: {entry.Message}{cause}".ReplaceLineEndings(" ");
        return Environment.GetEnvironmentVariable("TESTLAB_TRACE") is not null && entry.Cause is not null
            ? $"{line}{Environment.NewLine}{entry.Cause}"
            : line;
    }
}
