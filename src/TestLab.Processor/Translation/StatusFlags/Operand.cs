namespace TestLab.Processor.Translation.StatusFlags;

/// <summary>Where translated code finds an operand of the flags when they are asked for.</summary>
/// <param name="Where">The kind of place.</param>
/// <param name="Value">The guest register's number, or the constant.</param>
internal readonly record struct Operand(OperandPlace Where, int Value)
{
    public static readonly Operand None = new(OperandPlace.None, 0);

    /// <summary>It is in the state already.</summary>
    public static readonly Operand Slot = new(OperandPlace.Slot, 0);

    /// <summary>It is where R10 points to.</summary>
    public static readonly Operand Memory = new(OperandPlace.Memory, 0);

    public static Operand Guest(int number) => new(OperandPlace.Guest, number);

    public static Operand Constant(int value) => new(OperandPlace.Constant, value);

    public bool Is(int guest) => Where == OperandPlace.Guest && Value == guest;
}
