using System.Globalization;
using TestLab.Labs.Plans;
using TestLab.Networks.Outside;

namespace TestLab.Labs.Running;

/// <summary>What the networks of a run have beyond them: the world, written down; or what it said in an earlier run.</summary>
internal sealed class LabOutside(CellPlan cell, LabRunOptions options, RunFiles files) : IDisposable
{
    private readonly List<IDisposable> _opened = [];
    private readonly List<string> _notes = [];

    /// <summary>What the user should know of it, a sentence each.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <exception cref="OutsideLogException">There is no record to replay, or it is none of this run.</exception>
    /// <exception cref="IOException">The record cannot be written.</exception>
    public IOutside Open(NetworkPlan network)
    {
        // A log knows its run, so that a record of another one is refused.
        string name = string.Create(CultureInfo.InvariantCulture, $"network {network.Name}, seed {cell.Seed}");
        IOutside outside = options.Replay is { } folder ? Replay(folder, network, name) : Open(network, options.Outside);
        if (files.AddRecord(network) is not { } record) return outside;
        return new RecordingOutside(outside, new OutsideLogWriter(record, name));
    }

    public void Dispose()
    {
        foreach (IDisposable opened in _opened) opened.Dispose();
        _opened.Clear();
    }

    private IOutside Open(NetworkPlan network, Func<NetworkPlan, IOutside>? open)
    {
        if (open is null)
        {
            _notes.Add($"Nothing reaches outside from network {network.Name}: this run was given no outside.");
            return new ClosedOutside();
        }

        IOutside outside = open(network);
        if (outside is IDisposable opened) _opened.Add(opened);
        return outside;
    }

    private ReplayingOutside Replay(string folder, NetworkPlan network, string name)
    {
        string path = Path.Combine(folder, RunFiles.RecordName(network.Name));
        FileStream record;
        try
        {
            record = File.OpenRead(path);
        }
        catch (IOException failure)
        {
            throw new OutsideLogException($"There is no record of network {network.Name} to replay: {failure.Message}", failure);
        }

        _opened.Add(record);
        _notes.Add($"Network {network.Name} heard what was recorded of its outside; the outside itself was not reached.");
        return new ReplayingOutside(new OutsideLogReader(record), name);
    }
}
