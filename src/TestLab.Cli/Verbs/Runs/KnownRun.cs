using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using TestLab.Images.Words;
using TestLab.Labs.Results;
using TestLab.Storage;
using TestLab.Storage.Runs;

namespace TestLab.Cli.Verbs.Runs;

/// <summary>What the verbs for runs have in common.</summary>
internal static class KnownRun
{
    /// <summary>How many names of runs stand in a message, the newest first.</summary>
    private const int NamesMax = 3;

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
            [] => throw Unknown(catalog, text),
            var several => throw new WrongInputException(
                $"{several.Count} runs begin with {text}",
                $"name one: {string.Join(", ", several.Reverse().Take(NamesMax))}"
                    + (several.Count > NamesMax ? ", ..." : "")),
        };
    }

    /// <exception cref="WrongInputException">There is no such run, or several.</exception>
    public static LabResult Get(RunCatalog catalog, string text) =>
        catalog.Get(Find(catalog, text)) ?? throw Unknown(catalog, text);

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

    /// <summary>What to answer where there is no run of a lab.</summary>
    public static WrongInputException UnknownLab(RunCatalog catalog, string lab) => new(
        $"no run of a lab {lab} is known", Remedy(lab, catalog.List().Select(run => run.Lab).Distinct()));

    public static string ToJson<T>(T value) => JsonSerializer.Serialize(value, Options);

    private static WrongInputException Unknown(RunCatalog catalog, string text) => new(
        $"there is no run {text}", Remedy(text, catalog.List().Select(run => run.Run)));

    private static string Remedy(string word, IEnumerable<string> known) =>
        Spelling.Nearest(word, known) is { } nearest ? $"did you mean {nearest}?" : "see testlab runs list";

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
