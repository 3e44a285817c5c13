namespace TestLab.Machines.Control;

/// <summary>A command for a guest.</summary>
public sealed record CommandRequest
{
    /// <summary>Words to run as they are: the path of the program, then its arguments.</summary>
    public required IReadOnlyList<string> Words { get; init; }

    /// <summary>The folder in which it starts.</summary>
    public string Folder { get; init; } = "/root";

    /// <summary>Variables besides <see cref="Defaults"/>, which they override.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>In guest time; null: it may take forever.</summary>
    public long? TimeoutNanoseconds { get; init; }

    /// <summary>Whether its input comes from the host; else it is empty.</summary>
    public bool HasInput { get; init; }

    /// <summary>What it is called, for whoever waits for it or stops it.</summary>
    public string Name { get; init; } = "";

    /// <summary>The environment of every command.</summary>
    public static IReadOnlyDictionary<string, string> Defaults { get; } = new Dictionary<string, string>
    {
        ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/run/testlab/bin",
        ["HOME"] = "/root",
        ["USER"] = "root",
        ["LANG"] = "C.UTF-8",
        ["TERM"] = "dumb",
    };

    /// <summary>One or several lines for the guest's <c>sh</c>.</summary>
    public static CommandRequest Shell(string lines) => new() { Words = ["/bin/sh", "-c", lines] };
}
