using System.Security.Cryptography;
using System.Text;
using TestLab.Labs.Plans;
using TestLab.Labs.Results;
using TestLab.Protocol;
using TestLab.Protocol.Runs;

namespace TestLab.Cluster.Runs;

/// <summary>How the cells of a run ended, until all have.</summary>
internal sealed class RunLedger(LabPlan lab)
{
    private readonly Dictionary<string, CellEnded> _ends = [];

    public bool IsComplete => _ends.Count == lab.Cells.Count;

    public IEnumerable<CellPlan> Unfinished => lab.Cells.Where(cell => !_ends.ContainsKey(cell.Name));

    /// <summary>False where it was known already.</summary>
    public bool Add(CellEnded ended) => _ends.TryAdd(ended.Cell.Cell, ended);

    /// <summary>The worst of the verdicts.</summary>
    public RunVerdict Verdict => _ends.Values.Select(ended => ended.Verdict).DefaultIfEmpty(RunVerdict.Broken).Max();

    /// <summary>All cells in the order of the matrix; also those that left nothing but their end.</summary>
    public IReadOnlyList<CellResult> Take(RunFolder folder) => [.. lab.Cells.Select(cell => _ends[cell.Name] switch
    {
        { ResultFile: { } file } => folder.TakeCell(file),
        var ended => new CellResult
        {
            Name = cell.Name,
            Variables = cell.Variables.ToDictionary(variable => variable.Name, variable => variable.Value),
            Seed = cell.Seed,
            Verdict = ended.Verdict == RunVerdict.Cancelled ? Labs.Results.Verdict.Cancelled : Labs.Results.Verdict.Broken,
            Failure = ended.Failure,
        },
    })];

    /// <summary>Null where a cell never came to run.</summary>
    public string? Identity
    {
        get
        {
            string?[] cells = [.. lab.Cells.Select(cell => _ends[cell.Name].Identity)];
            return cells.Contains(null)
                ? null
                : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', cells))));
        }
    }
}
