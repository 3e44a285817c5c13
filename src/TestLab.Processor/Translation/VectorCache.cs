using System.Numerics;
using TestLab.Processor.Translation.Host;

namespace TestLab.Processor.Translation;

/// <summary>The guest's XMM registers that a unit has loaded into the host's, each into its own.</summary>
/// <remarks>Code without vectors pays nothing for them; a unit with vectors loads what it uses, and stores what it changed on its ways out.</remarks>
internal sealed class VectorCache(HostCode code)
{
    private const uint LoadAligned = Opcode.Map0F | 0x28;
    private const uint StoreAligned = Opcode.Map0F | 0x29;

    /// <summary>What is known at the current position.</summary>
    public VectorState State { get; set; }

    /// <summary>The register's value is needed.</summary>
    public void Load(int register)
    {
        if ((State.Loaded & 1 << register) == 0) code.Emit(LoadAligned, 4, register, PlaceOf(register));
        State = State with { Loaded = State.Loaded | 1 << register };
    }

    /// <summary>The register gets a new value.</summary>
    public void Change(int register) =>
        State = State with { Loaded = State.Loaded | 1 << register, Dirty = State.Dirty | 1 << register };

    /// <summary>Writes registers to the state; no flag changes.</summary>
    public void Store(int registers)
    {
        for (; registers != 0; registers &= registers - 1)
        {
            int register = BitOperations.TrailingZeroCount(registers);
            code.Emit(StoreAligned, 4, register, PlaceOf(register));
        }
    }

    public void Flush()
    {
        Store(State.Dirty);
        State = State with { Dirty = 0 };
    }

    private static Place PlaceOf(int register) => Place.State(StateOffset.Xmm + 16 * register);
}
