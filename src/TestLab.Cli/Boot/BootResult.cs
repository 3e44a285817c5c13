using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TestLab.Cli.Boot;

/// <summary>What <c>boot --json</c> prints.</summary>
internal sealed record BootResult
{
    /// <summary>Of each stream of the guest: one that prints for ever fills no memory.</summary>
    public const int OutputLimitBytes = 16 << 20;

    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The program's own: with <c>--run</c>, the command's.</summary>
    public required int ExitCode { get; init; }

    /// <summary>Why it ended, where the code does not say it all.</summary>
    public string? Message { get; init; }

    /// <summary>What the command wrote; without one, the console.</summary>
    public required string Output { get; init; }

    /// <summary>What the command wrote to its standard error.</summary>
    public required string Errors { get; init; }

    /// <summary>Whether there was more output than is kept.</summary>
    public bool IsCut { get; init; }

    public required long GuestNanoseconds { get; init; }

    public required double HostSeconds { get; init; }

    /// <summary>With <c>--hash</c>.</summary>
    public string? Hash { get; init; }

    /// <summary>With <c>--stats</c>, as they are printed for people.</summary>
    public IReadOnlyDictionary<string, string>? Statistics { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, Options);
}
