using TestLab.Processor.Memory;
using TestLab.Processor.Translation.Host;

namespace TestLab.Processor.Translation;

/// <summary>The code that finds the entry of the translation buffer for an address, as <see cref="Access.EntryFor"/> does.</summary>
internal static class BufferLookUp
{
    /// <param name="code">Where to write it; the host's flags are used.</param>
    /// <param name="entry">The register that gets the entry's place.</param>
    /// <param name="address">The register with the linear address, which stays.</param>
    public static void Emit(HostCode code, int entry, int address)
    {
        code.Emit(Opcode.Load, 8, entry, address);
        code.Emit(0xC1, 8, 5, entry);
        code.Byte(TlbEntry.OffsetShift);
        code.Arithmetic(4, 4, Place.Register(entry), (int)TlbEntry.OffsetMask);
        code.Emit(Opcode.Add, 8, entry, Place.State(StateOffset.Tlb));
    }
}
