using System.Numerics;
using TestLab.Processor.Translation.Host;

namespace TestLab.Processor.Translation;

/// <summary>The guest's XMM registers that a block has loaded into the host's, each into its own.</summary>
/// <remarks>Code without vectors pays nothing for them; a block with vectors loads what it uses, and stores what it changed.</remarks>
internal sealed class VectorCache(HostCode code)
{
    private const uint LoadAligned = Opcode.Map0F | 0x28;
    private const uint StoreAligned = Opcode.Map0F | 0x29;

    private int _loaded;

    /// <summary>A bit for each register that the state does not have yet.</summary>
    public int Dirty { get; private set; }

    /// <summary>The host's MXCSR is the guest's from here on.</summary>
    public bool HasControl { get; set; }

    public void Begin()
    {
        _loaded = Dirty = 0;
        HasControl = false;
    }

    /// <summary>The register's value is needed.</summary>
    public void Load(int register)
    {
        if ((_loaded & 1 << register) == 0) code.Emit(LoadAligned, 4, register, PlaceOf(register));
        _loaded |= 1 << register;
    }

    /// <summary>The register gets a new value.</summary>
    public void Change(int register)
    {
        _loaded |= 1 << register;
        Dirty |= 1 << register;
    }

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
        Store(Dirty);
        Dirty = 0;
    }

    private static Place PlaceOf(int register) => Place.State(StateOffset.Xmm + 16 * register);
}
