using System.Runtime.CompilerServices;
using TestLab.Processor.State;

namespace TestLab.Processor.Segments;

/// <summary>What a task state segment holds of a task (SDM volume 3, figures 7-2 and 7-10).</summary>
internal unsafe struct TaskImage
{
    private const int PageDirectoryOffset = 0x1C;
    private const int TrapOffset = 0x64;

    public uint PageDirectory;
    public uint Rip;
    public uint Flags;
    public RegisterValues Registers;

    /// <summary>ES, CS, SS, DS, FS, GS.</summary>
    public SelectorValues Selectors;
    public ushort LocalTable;
    public bool Traps;

    public static uint LastOffset(bool wide) => wide ? 0x67u : 0x2Bu;

    public static TaskImage Capture(CpuState* s, ulong rip)
    {
        var image = new TaskImage { Rip = (uint)rip, Flags = (uint)State.Flags.ReadAll(s) };
        for (int i = 0; i < 8; i++) image.Registers[i] = (uint)s->Registers[i];
        for (int i = 0; i < 6; i++) image.Selectors[i] = s->Segments[i].Selector;
        return image;
    }

    /// <summary>Registers, flags and instruction pointer; the rest is the task unit's.</summary>
    public readonly void Load(CpuState* s)
    {
        for (int i = 0; i < 8; i++) s->Registers[i] = Registers[i];
        State.Flags.Write(s, Flags);
        s->SystemFlags = (SystemFlags)Flags & SystemFlags.All;
        s->Rip = Rip;
    }

    public bool TryRead(Cpu cpu, ulong place, bool wide)
    {
        bool done = wide ? TryReadWide(cpu, place) : TryReadNarrow(cpu, place);
        return done;
    }

    /// <summary>Instruction pointer, flags, registers and selectors; the image's other fields never change.</summary>
    public readonly bool TryWrite(Cpu cpu, ulong place, bool wide)
    {
        int size = wide ? 4 : 2;
        ulong next = place + (wide ? 0x20u : 0x0Eu);
        bool done = TryWriteField(cpu, ref next, size, Rip) && TryWriteField(cpu, ref next, size, Flags);
        for (int i = 0; i < 8 && done; i++) done = TryWriteField(cpu, ref next, size, Registers[i]);
        for (int i = 0; i < (wide ? 6 : 4) && done; i++)
        {
            done = cpu.Mmu.TryWriteSystem(next, Selectors[i]);
            next += (ulong)size;
        }

        return done;
    }

    private static bool TryWriteField(Cpu cpu, ref ulong place, int size, uint value)
    {
        bool done = size == 4 ? cpu.Mmu.TryWriteSystem(place, value) : cpu.Mmu.TryWriteSystem(place, (ushort)value);
        place += (ulong)size;
        return done;
    }

    private bool TryReadWide(Cpu cpu, ulong place)
    {
        bool done = cpu.Mmu.TryReadSystem(place + PageDirectoryOffset, out PageDirectory)
            && cpu.Mmu.TryReadSystem(place + 0x20, out Rip)
            && cpu.Mmu.TryReadSystem(place + 0x24, out Flags);
        for (int i = 0; i < 8 && done; i++) done = cpu.Mmu.TryReadSystem(place + 0x28 + 4 * (ulong)i, out Registers[i]);
        for (int i = 0; i < 6 && done; i++) done = cpu.Mmu.TryReadSystem(place + 0x48 + 4 * (ulong)i, out Selectors[i]);
        done = done && cpu.Mmu.TryReadSystem(place + 0x60, out LocalTable);
        if (!done || !cpu.Mmu.TryReadSystem(place + TrapOffset, out byte trap)) return false;
        Traps = (trap & 1) != 0;
        return true;
    }

    private bool TryReadNarrow(Cpu cpu, ulong place)
    {
        bool done = cpu.Mmu.TryReadSystem(place + 0x0E, out ushort rip);
        done &= cpu.Mmu.TryReadSystem(place + 0x10, out ushort flags);
        (Rip, Flags) = (rip, flags);
        for (int i = 0; i < 8 && done; i++)
        {
            done = cpu.Mmu.TryReadSystem(place + 0x12 + 2 * (ulong)i, out ushort value);
            Registers[i] = 0xFFFF_0000 | value;
        }

        for (int i = 0; i < 4 && done; i++) done = cpu.Mmu.TryReadSystem(place + 0x22 + 2 * (ulong)i, out Selectors[i]);
        return done && cpu.Mmu.TryReadSystem(place + 0x2A, out LocalTable);
    }

    [InlineArray(8)]
    public struct RegisterValues
    {
        private uint _first;
    }

    [InlineArray(6)]
    public struct SelectorValues
    {
        private ushort _first;
    }
}
