using TestLab.Processor.Execution;
using TestLab.Processor.Translation.StatusFlags;

namespace TestLab.Processor.Translation;

/// <summary>Code of a block in a unit, for those who come to it with certain flags and vector registers.</summary>
/// <param name="Block">A <see cref="Execution.Block"/>.</param>
/// <param name="Start">Of its code.</param>
/// <param name="Flags">Where they are at the start.</param>
/// <param name="Vectors">Where they are at the start.</param>
internal readonly record struct BlockVersion(nint Block, nint Start, FlagState Flags, VectorState Vectors)
{
    /// <summary>One may come from a place to this one as it is.</summary>
    public bool Suits(in PendingEdge edge) => Flags == edge.Flags && Finds(edge);

    /// <summary>One may come, once the flags are described in the state.</summary>
    public bool SuitsDescribed(in PendingEdge edge) => Flags == FlagState.AtEntry && Finds(edge);

    /// <summary>Registers that the state must have, on the way here.</summary>
    public int ToStore(in PendingEdge edge) => edge.Vectors.Dirty & ~Vectors.Dirty;

    private bool Finds(in PendingEdge edge) =>
        (Vectors.Loaded & ~edge.Vectors.Loaded) == 0 && (!Vectors.HasControl || edge.Vectors.HasControl);
}
