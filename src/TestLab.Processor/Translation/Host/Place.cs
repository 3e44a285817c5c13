namespace TestLab.Processor.Translation.Host;

/// <summary>What a ModRM byte names: a register or memory.</summary>
internal readonly record struct Place(int Base, int Index, int Scale, int Displacement, bool IsRegister)
{
    public const int None = -1;

    public static Place Register(int number) => new(number, None, 0, 0, true);

    public static Place Memory(int @base, int displacement = 0) => new(@base, None, 0, displacement, false);

    /// <summary>A field of the state.</summary>
    public static Place State(int offset) => Memory(HostRegister.State, HostRegister.Displacement(offset));
}
