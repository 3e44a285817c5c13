using Akka.Configuration;

namespace TestLab.Cluster.Nodes;

/// <summary>The settings of Akka: <c>akka.hocon</c> at the top of the repository, built in.</summary>
public static class NodeConfiguration
{
    private const string Resource = "TestLab.Cluster.akka.hocon";

    /// <summary>Of any node.</summary>
    public static Config Common { get; } = ConfigurationFactory.ParseString(Read());

    /// <summary>Of a cluster of one, in the process that wants it.</summary>
    public static Config Solo { get; } = ConfigurationFactory.ParseString(
        """akka.remote.enabled-transports = ["akka.remote.solo"]""").WithFallback(Common);

    private static string Read()
    {
        using Stream? stream = typeof(NodeConfiguration).Assembly.GetManifestResourceStream(Resource);
        using var reader = new StreamReader(stream ?? throw new InvalidOperationException($"{Resource} is not built in."));
        return reader.ReadToEnd();
    }
}
