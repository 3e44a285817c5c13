using System.Text;
using System.Text.Json;
using LiteDB;
using TestLab.Labs.Reports;
using TestLab.Labs.Results;

namespace TestLab.Storage.Runs;

/// <summary>The results of all runs.</summary>
/// <remarks>
/// The file is opened for each call alone, so that other programs get their turn and a killed one leaves it whole.
/// </remarks>
public sealed class RunCatalog(string file)
{
    private const string ResultPrefix = "$/results/";

    /// <summary>The catalog in the program's data folder.</summary>
    public static RunCatalog Open() => new(Path.Combine(DataFolder.Path, "catalog.db"));

    /// <summary>Adds a run, in place of one of the same name.</summary>
    /// <exception cref="CatalogException">The file cannot be written.</exception>
    public void Add(LabResult result, string? folder = null) => With(database =>
    {
        Delete(database, result.Run);
        using var json = new MemoryStream(Encoding.UTF8.GetBytes(JsonReport.Write(result)));
        database.FileStorage.Upload(ResultPrefix + result.Run, result.Run + ".json", json);
        Runs(database).Insert(Summary(result, folder));
        ILiteCollection<BsonDocument> steps = Steps(database);
        foreach (CellResult cell in result.Cells)
        {
            foreach (StepResult step in cell.Steps) steps.Insert(Record(result, cell, step));
        }

        return true;
    });

    /// <summary>The newest runs first.</summary>
    /// <param name="lab">Only runs of this lab; null for all.</param>
    /// <param name="limit">At most so many.</param>
    public IReadOnlyList<RunSummary> List(string? lab = null, int limit = int.MaxValue) =>
        Read<IReadOnlyList<RunSummary>>([], database =>
            [.. Runs(database).FindAll()
                .Where(document => lab is null || document["lab"].AsString == lab)
                .Select(Summary)
                .OrderByDescending(run => run.StartedAt).ThenByDescending(run => run.Run, StringComparer.Ordinal)
                .Take(limit)]);

    /// <summary>The names of runs that begin so; a whole name is found even where another one begins with it.</summary>
    public IReadOnlyList<string> Find(string prefix) => Read<IReadOnlyList<string>>([], database =>
    {
        string[] names = [.. Runs(database).FindAll().Select(document => document["_id"].AsString)
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        return names.Contains(prefix) ? [prefix] : names;
    });

    /// <summary>The whole result of a run; null where there is none of the name.</summary>
    public LabResult? Get(string run) => Read(null, database =>
    {
        if (!database.FileStorage.Exists(ResultPrefix + run)) return null;
        using var json = new MemoryStream();
        database.FileStorage.Download(ResultPrefix + run, json);
        return JsonReport.Read(Encoding.UTF8.GetString(json.ToArray()));
    });

    /// <summary>Where a run left its files; null where that is not known. They may be gone.</summary>
    public string? FolderOf(string run) => Read(null, database => Runs(database).FindById(run)?["folder"].AsString);

    /// <summary>False where there was none of the name. The run's folder stays.</summary>
    public bool Remove(string run) => Read(false, database => Delete(database, run));

    /// <summary>What became of each step of a lab over its runs, in the order in which they were first seen.</summary>
    public IReadOnlyList<StepHistory> History(string lab) => Read<IReadOnlyList<StepHistory>>([], database =>
        [.. Steps(database).Find(Query.EQ("lab", lab))
            .Select(Record)
            .OrderBy(record => record.StartedAt).ThenBy(record => record.Run, StringComparer.Ordinal)
            .GroupBy(record => (record.Cell, record.Step))
            .Select(group => new StepHistory(group.Key.Cell, group.Key.Step, [.. group]))]);

    private static ILiteCollection<BsonDocument> Runs(LiteDatabase database) => database.GetCollection("runs");

    private static ILiteCollection<BsonDocument> Steps(LiteDatabase database)
    {
        ILiteCollection<BsonDocument> steps = database.GetCollection("steps");
        steps.EnsureIndex("lab");
        steps.EnsureIndex("run");
        return steps;
    }

    private static bool Delete(LiteDatabase database, string run)
    {
        database.FileStorage.Delete(ResultPrefix + run);
        Steps(database).DeleteMany(Query.EQ("run", run));
        return Runs(database).Delete(run);
    }

    private static BsonDocument Summary(LabResult result, string? folder) => new()
    {
        ["_id"] = result.Run,
        ["lab"] = result.Lab,
        ["startedAt"] = result.StartedAt.UtcDateTime,
        ["verdict"] = result.Verdict.ToString(),
        ["cells"] = result.Cells.Count,
        ["cellsPassed"] = result.Cells.Count(cell => cell.Verdict == Verdict.Passed),
        ["hostSeconds"] = result.HostSeconds,
        ["folder"] = folder,
    };

    private static RunSummary Summary(BsonDocument document) => new()
    {
        Run = document["_id"].AsString,
        Lab = document["lab"].AsString,
        StartedAt = Moment(document["startedAt"]),
        Verdict = Enum.Parse<Verdict>(document["verdict"].AsString),
        Cells = document["cells"].AsInt32,
        CellsPassed = document["cellsPassed"].AsInt32,
        HostSeconds = document["hostSeconds"].AsDouble,
        Folder = document["folder"].AsString,
    };

    private static BsonDocument Record(LabResult result, CellResult cell, StepResult step) => new()
    {
        ["run"] = result.Run,
        ["lab"] = result.Lab,
        ["startedAt"] = result.StartedAt.UtcDateTime,
        ["cell"] = cell.Name,
        ["seed"] = (decimal)cell.Seed,
        ["step"] = step.Name,
        ["verdict"] = step.Verdict.ToString(),
        ["tries"] = step.Tries,
        ["duration"] = step.EndNanoseconds - step.StartNanoseconds,
    };

    private static StepRecord Record(BsonDocument document) => new()
    {
        Run = document["run"].AsString,
        StartedAt = Moment(document["startedAt"]),
        Cell = document["cell"].AsString,
        Seed = (ulong)document["seed"].AsDecimal,
        Step = document["step"].AsString,
        Verdict = Enum.Parse<StepVerdict>(document["verdict"].AsString),
        Tries = document["tries"].AsInt32,
        DurationNanoseconds = document["duration"].AsInt64,
    };

    private static DateTimeOffset Moment(BsonValue value) => new(value.AsDateTime.ToUniversalTime());

    /// <summary>Reads what is there; what was never written is not made by looking.</summary>
    private T Read<T>(T otherwise, Func<LiteDatabase, T> action) => File.Exists(file) ? With(action) : otherwise;

    private T With<T>(Func<LiteDatabase, T> action)
    {
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder) Directory.CreateDirectory(folder);
            using var database = new LiteDatabase(new ConnectionString(file) { Connection = ConnectionType.Shared });
            return action(database);
        }
        catch (Exception error) when (IsDamage(error))
        {
            throw new CatalogException(
                $"the catalog {file} is damaged; move it away, and the next run begins a new one", error);
        }
        catch (Exception error) when (error is LiteException or IOException or UnauthorizedAccessException)
        {
            throw new CatalogException(
                $"the catalog {file} cannot be used: {error.Message.TrimEnd('.')}; "
                    + "set TESTLAB_DATA to a folder that can be written",
                error);
        }
    }

    /// <summary>Beside its own exceptions LiteDB answers a damaged file with what its decoding comes to.</summary>
    private static bool IsDamage(Exception error) => error is LiteException { ErrorCode: LiteException.INVALID_DATABASE }
        or ArgumentException or InvalidCastException or FormatException or JsonException;
}
