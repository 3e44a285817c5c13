using TestLab.Simulation;

namespace TestLab.Networks.Links.Faults;

/// <summary>Decides what befalls each frame of one direction.</summary>
/// <remarks>
/// Every decision has a stream of its own and takes the number at the frame's index. So the frames that are lost,
/// doubled and so on are functions of (seed, link, direction, index), whatever else is configured.
/// </remarks>
internal sealed class FrameFaults(ulong seed, string path)
{
    private readonly LossProcess _losses = new(seed, path);
    private readonly ChanceStream _duplicates = new(seed, path, "duplicate");
    private readonly ChanceStream _corruptions = new(seed, path, "corrupt");
    private readonly ChanceStream _reorders = new(seed, path, "reorder");
    private readonly RandomStream _bits = new(seed, path, "corrupt-bit");

    private ulong _index;
    private int _sinceOvertaker;

    public FrameFate Decide(LinkSettings settings, VirtualTime departure)
    {
        ulong index = _index++;
        return new FrameFate(
            index,
            _losses.Decide(settings.Loss, index, departure),
            _duplicates.Decide(settings.Duplicate, index),
            _corruptions.Decide(settings.Corrupt, index),
            Overtakes(settings.Reorder, index));
    }

    /// <summary>Turns over the bit that the frame's number chooses.</summary>
    public void Corrupt(Span<byte> frame, ulong index)
    {
        int bit = (int)Math.BigMul(_bits.At(index), 8UL * (ulong)frame.Length, out _);
        frame[bit / 8] ^= (byte)(1 << bit % 8);
    }

    /// <summary>Another loss model starts in its first state.</summary>
    public void ResetLossState() => _losses.State = 0;

    public FaultsState Save() => new()
    {
        Index = _index,
        SinceOvertaker = _sinceOvertaker,
        LossState = _losses.State,
        LastLoss = _losses.LastDraw,
        LastDuplicate = _duplicates.Last,
        LastCorruption = _corruptions.Last,
        LastReorder = _reorders.Last,
    };

    public void Restore(in FaultsState state)
    {
        _index = state.Index;
        _sinceOvertaker = state.SinceOvertaker;
        _losses.State = state.LossState;
        _losses.LastDraw = state.LastLoss;
        _duplicates.Last = state.LastDuplicate;
        _corruptions.Last = state.LastCorruption;
        _reorders.Last = state.LastReorder;
    }

    private bool Overtakes(ReorderSettings settings, ulong index)
    {
        if (settings.IsNone) return false;
        _sinceOvertaker = Math.Min(_sinceOvertaker + 1, ReorderSettings.GapLimit);
        if (_sinceOvertaker < settings.Gap || !_reorders.Decide(settings.Chance, index)) return false;
        _sinceOvertaker = 0;
        return true;
    }
}
