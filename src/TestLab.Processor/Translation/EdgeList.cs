using TestLab.Processor.Execution;
using TestLab.Processor.Translation.Host;
using TestLab.Processor.Translation.StatusFlags;

namespace TestLab.Processor.Translation;

/// <summary>The ways from the blocks of a unit to other blocks, in the order in which they were met.</summary>
internal sealed unsafe class EdgeList(HostCode code, FlagEmitter flags, VectorCache vectors)
{
    private readonly List<PendingEdge> _edges = [];

    public int Count => _edges.Count;

    public PendingEdge this[int index]
    {
        get => _edges[index];
        set => _edges[index] = value;
    }

    /// <summary>The operation of the current instruction.</summary>
    public Op* Source { get; set; }

    public void Clear() => _edges.Clear();

    public void Rewind(int count) => _edges.RemoveRange(count, _edges.Count - count);

    public void Add(in PendingEdge edge) => _edges.Add(edge);

    public void RemoveLast() => _edges.RemoveAt(_edges.Count - 1);

    /// <summary>A branch where the host's flags fulfil the condition.</summary>
    /// <param name="condition">See <see cref="Condition"/>.</param>
    /// <param name="target">From the start of the page.</param>
    /// <param name="mayFault">See <see cref="PendingEdge.MayFault"/>.</param>
    public void BranchIf(int condition, long target, bool mayFault = false) =>
        Add((nint)code.JumpIf(condition), target, isOther: false, mayFault);

    /// <summary>The code ends here, and goes on elsewhere.</summary>
    /// <param name="target">From the start of the page.</param>
    /// <param name="isOther">It is no branch, or one that is not taken.</param>
    /// <param name="mayFault">See <see cref="PendingEdge.MayFault"/>.</param>
    public void GoOn(long target, bool isOther, bool mayFault = false) => Add(0, target, isOther, mayFault);

    /// <summary>Of a branch and the way on where it is not taken, which are the last two, each takes the other's place.</summary>
    public void Turn()
    {
        PendingEdge branch = _edges[^2];
        _edges[^2] = _edges[^1] with { Jump = branch.Jump };
        _edges[^1] = branch with { Jump = 0 };
        code.InvertCondition((byte*)branch.Jump);
    }

    private void Add(nint jump, long target, bool isOther, bool mayFault) =>
        _edges.Add(new PendingEdge(jump, target, (nint)Source, isOther, flags.Current with { HostValid = 0 }, vectors.State) { MayFault = mayFault });
}
