namespace TestLab.Processor.Translation.StatusFlags;

/// <summary>What is known, at one place of the code, of the guest's status flags.</summary>
/// <remarks>
/// Either they are described in the state (<see cref="InState"/>), or here, by operands that are still at hand: then a
/// fault or an exit writes the description, and the usual path does nothing.
/// </remarks>
internal record struct FlagState
{
    public static readonly FlagState AtEntry = new() { InState = true };

    public bool InState { get; set; }

    public FlagKind Kind { get; set; }

    public int Size { get; set; }

    public Operand Left { get; set; }

    public Operand Right { get; set; }

    public CarryKind CarryKind { get; set; }

    public int CarrySize { get; set; }

    public Operand Carry { get; set; }

    /// <summary>Which of the host's flags are the guest's right now.</summary>
    public uint HostValid { get; set; }
}
