using TestLab.Processor.Decoding;
using TestLab.Processor.Execution;
using TestLab.Processor.State;

namespace TestLab.Processor.Instructions.Simd;

/// <summary>Whose registers a form works on; handlers are compiled for each.</summary>
internal unsafe interface IVectorUnit
{
    /// <summary>Binds the trap of a unit that is switched off; true where that was so.</summary>
    static abstract bool BindTrap(Binding b);

    /// <summary>True, with the fault raised, where the unit may not start an instruction.</summary>
    static abstract bool IsBlocked(CpuState* s, Op* op);

    /// <summary>What every instruction of the unit does to the state, once it cannot fault any more.</summary>
    static abstract void Use(CpuState* s);

    /// <summary>What follows a write to a register of the unit, given by the offset of any of its bytes.</summary>
    static abstract void Wrote(CpuState* s, int offset);

    /// <summary>Sets a whole register to a value extended by zeros.</summary>
    static abstract void WriteExtended(CpuState* s, int offset, ulong value);
}
