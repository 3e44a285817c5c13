using TestLab.Processor.Memory;
using TestLab.Processor.State;
using TestLab.Processor.Translation.Host;

namespace TestLab.Processor.Translation;

/// <summary>The code that finds the entry of the translation buffer for an address, as <see cref="Access.EntryFor"/> does.</summary>
internal static class BufferLookUp
{
    /// <param name="code">Where to write it; the host's flags are used.</param>
    /// <param name="entry">The register that gets the entry's place in the buffer, for <see cref="Field"/>.</param>
    /// <param name="address">The register with the linear address, which stays.</param>
    public static void Emit(HostCode code, int entry, int address)
    {
        code.Emit(Opcode.Load, 8, entry, address);
        code.Emit(0xC1, 8, 5, entry);
        code.Byte(TlbEntry.OffsetShift);
        code.Arithmetic(4, 4, Place.Register(entry), (int)TlbEntry.OffsetMask);
    }

    /// <summary>A field of the entry.</summary>
    /// <param name="entry">The register with its place.</param>
    /// <param name="user">Which of the two buffers.</param>
    /// <param name="offset">Of the field in the entry.</param>
    public static Place Field(int entry, bool user, int offset)
    {
        int buffer = user ? StateMemory.UserTlb : StateMemory.SupervisorTlb;
        return new Place(HostRegister.State, entry, 0, HostRegister.Displacement(buffer + offset), false);
    }
}
