using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using TestLab.Labs.Results;
using TestLab.Storage;
using TestLab.Storage.Runs;

namespace TestLab.Cli.Verbs.Runs;

/// <summary>What the verbs for runs have in common.</summary>
internal static class KnownRun
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    public static Option<bool> Json() => new("--json") { Description = "Print JSON, for programs." };

    public static Argument<string> Argument(string name = "RUN")
    {
        var run = new Argument<string>(name) { Description = "A run, or the beginning of its name; last is the newest." };
        run.CompletionSources.Add(_ => Names());
        return run;
    }

    /// <exception cref="WrongInputException">There is no such run, or several.</exception>
    public static string Find(RunCatalog catalog, string text)
    {
        if (text == "last" && catalog.List(limit: 1) is [var newest]) return newest.Run;
        return catalog.Find(text) switch
        {
            [var only] => only,
            [] => throw new WrongInputException($"there is no run {text}", "see testlab runs list"),
            var several => throw new WrongInputException(
                $"{several.Count} runs begin with {text}", $"name one: {string.Join(", ", several.Take(5))}"),
        };
    }

    /// <exception cref="WrongInputException">There is no such run, or several.</exception>
    public static LabResult Get(RunCatalog catalog, string text) => catalog.Get(Find(catalog, text))
        ?? throw new WrongInputException($"there is no run {text}", "see testlab runs list");

    /// <summary>Where the files of a run lie; a folder may be named in its place.</summary>
    /// <exception cref="WrongInputException">There is no such run, or several; or its files are gone.</exception>
    public static string Folder(RunCatalog catalog, string text)
    {
        if (Directory.Exists(text)) return Path.GetFullPath(text);
        string run = Find(catalog, text);
        string? folder = catalog.FolderOf(run);
        return Directory.Exists(folder)
            ? folder
            : throw new WrongInputException($"the files of {run} are gone", "run the lab anew without --replay");
    }

    public static string ToJson<T>(T value) => JsonSerializer.Serialize(value, Options);

    private static IEnumerable<string> Names()
    {
        try
        {
            return RunCatalog.Open().List(limit: 20).Select(run => run.Run);
        }
        catch (CatalogException)
        {
            return []; // Completion has no place for complaints.
        }
    }
}
