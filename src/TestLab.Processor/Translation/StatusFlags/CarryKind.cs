namespace TestLab.Processor.Translation.StatusFlags;

/// <summary>What an instruction that leaves most flags alone has put in the place of CF, and maybe OF.</summary>
internal enum CarryKind
{
    None,

    /// <summary>CF is the low bit of <see cref="State.LazyFlags.Carry"/>.</summary>
    Given,

    /// <summary>CF and OF of the result of a rotation, which is there.</summary>
    RotateLeft,
    RotateRight,
}
