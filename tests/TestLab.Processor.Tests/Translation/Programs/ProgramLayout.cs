namespace TestLab.Processor.Tests.Translation.Programs;

/// <summary>Where things are in the memory of a random program: physical addresses, and offsets in its segments.</summary>
/// <remarks>Modes of 16 bits have a segment each for code, data, stack and handlers; in the others all segments are flat.</remarks>
internal sealed class ProgramLayout(ProgramShape shape)
{
    public const ulong CodeBase = 0x10000;
    public const ulong DataBase = 0x20000;
    public const ulong StackBase = 0x30000;
    public const ulong HandlerBase = 0x40000;
    public const ulong InterruptTable = 0x50000;
    public const ulong DescriptorTable = 0x51000;
    public const ulong TaskState = 0x52000;
    public const ulong KernelStack = 0x3E000;

    /// <summary>Of the places to go on at after a fault, behind the handlers.</summary>
    public const int PlacesOffset = 0x800;
    public const int PlaceCount = 64;
    public const int PlaceBytes = 8;

    private const ulong DataOffset = 0x100;
    private const ulong StackOffset = 0x7000;
    private const ulong VariablesOffset = 0x8000;

    private bool IsNarrow => shape.Bits == 16;

    /// <summary>Programs of the same mode begin at various distances from the border of two pages.</summary>
    public ulong Code => (IsNarrow ? 0 : CodeBase) + 0x1000 - (ulong)(shape.Seed * 53 % 0xE00);

    /// <summary>What BX, EBX or RBX holds.</summary>
    public ulong Data => (IsNarrow ? 0 : DataBase) + DataOffset;

    /// <summary>A double word that loops count in.</summary>
    public ulong Counter => Data + 0x1800;

    /// <summary>A double word that short loops count down in.</summary>
    public ulong RoundsLeft => Counter + 8;

    public ulong Stack => (IsNarrow ? 0 : StackBase) + StackOffset;

    public ulong Handlers => IsNarrow ? 0 : HandlerBase;

    /// <summary>Of the tables, in the segment of the handlers.</summary>
    public ulong Places => Handlers + PlacesOffset;

    /// <summary>In the stack's segment: faults so far.</summary>
    public ulong Faults => (IsNarrow ? 0 : StackBase) + VariablesOffset;

    /// <summary>In the stack's segment: interrupts so far.</summary>
    public ulong Interrupts => Faults + 8;

    /// <summary>In the stack's segment: instructions that are still traced.</summary>
    public ulong StepsLeft => Faults + 16;

    public ulong InterruptsPhysical => StackBase + VariablesOffset + 8;

    public ulong FaultsPhysical => StackBase + VariablesOffset;

    public ulong CodePhysical => (IsNarrow ? CodeBase : 0) + Code;

    public ulong DataPhysical => DataBase + DataOffset;
}
