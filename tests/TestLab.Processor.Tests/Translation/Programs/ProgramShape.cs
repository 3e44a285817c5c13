namespace TestLab.Processor.Tests.Translation.Programs;

/// <summary>What a random program is made of.</summary>
/// <param name="Seed">Equal shapes are equal programs.</param>
/// <param name="Mode">The mode it runs in.</param>
internal sealed record ProgramShape(int Seed, ProgramMode Mode)
{
    /// <summary>At privilege level 3; its handlers are at level 0.</summary>
    public bool IsUser { get; init; }

    /// <summary>Stores change its instructions, behind and ahead, in their own block and in others.</summary>
    public bool ChangesItself { get; init; }

    /// <summary>Sets TF now and then, for some instructions.</summary>
    public bool Steps { get; init; }

    /// <summary>Loads segment registers, with bases and with limits that its accesses exceed.</summary>
    public bool LoadsSegments { get; init; }

    public int Bits => Mode switch
    {
        ProgramMode.Long => 64,
        ProgramMode.Protected32 or ProgramMode.Compatibility => 32,
        _ => 16,
    };

    /// <summary>The handlers are 64-bit code.</summary>
    public bool IsLong => Mode is ProgramMode.Long or ProgramMode.Compatibility;

    /// <summary>The bits of the code that handles interrupts.</summary>
    public int HandlerBits => IsLong ? 64 : Bits;

    public override string ToString() =>
        $"{Mode}{(IsUser ? " user" : "")}{(ChangesItself ? " changing" : "")}{(Steps ? " stepping" : "")}"
        + $"{(LoadsSegments ? " segmented" : "")} seed {Seed}";
}
