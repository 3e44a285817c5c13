namespace TestLab.Processor.Translation.StatusFlags;

/// <summary>How the status flags follow from the operands in <see cref="State.LazyFlags"/>.</summary>
/// <remarks>Those up to <see cref="Difference"/> translated code can turn into the host's flags by itself.</remarks>
internal enum FlagKind
{
    /// <summary>They are in <see cref="State.Flags"/> as the interpreter keeps them.</summary>
    Known,

    /// <summary>Left: the result.</summary>
    Logic,

    /// <summary>Left and right operand of a subtraction.</summary>
    Compare,

    /// <summary>Left and right operand of a conjunction.</summary>
    Test,

    /// <summary>Left: CF, ZF and PF, a byte each; the others are clear.</summary>
    Order,

    /// <summary>Left: CF, ZF, SF and OF, a byte each; the others are clear.</summary>
    Match,

    /// <summary>Left: the result; right: what was added.</summary>
    Sum,

    /// <summary>Left: the result; right: what was subtracted.</summary>
    Difference,

    /// <summary>As <see cref="Sum"/>, with the own carry, that was added.</summary>
    SumWithCarry,
    DifferenceWithBorrow,

    /// <summary>Left: the operand; right: the masked count, not zero.</summary>
    ShiftLeft,
    ShiftRight,
    ShiftArithmetic,

    /// <summary>Left: the low half; own carry: whether that lost anything.</summary>
    Product,

    /// <summary>Left: the result.</summary>
    Negate,

    /// <summary>Left: the result of POPCNT.</summary>
    Population,

    /// <summary>Left: the operand of BSF and BSR.</summary>
    Scan,
}
