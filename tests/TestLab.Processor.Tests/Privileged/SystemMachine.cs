using Iced.Intel;
using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Tests.Privileged;

/// <summary>A bare machine with descriptor tables, task states and a handler that halts for every vector.</summary>
/// <remarks>Start of a case runs at <see cref="Start"/> and ends in INT 80h, which every level may call.</remarks>
public sealed unsafe class SystemMachine : IDisposable
{
    public const ulong Gdt = 0x1000;
    public const ulong Ldt = 0x1C00;
    public const ulong Idt = 0x2000;
    public const ulong Task = 0x3000;
    public const ulong OtherTask = 0x3400;
    public const ulong NarrowTask = 0x3800;
    public const ulong Handlers = 0x4000;
    public const ulong Start = 0x5000;
    public const ulong Target = 0x5800;
    public const ulong Data = 0x6000;
    public const ulong Stack = 0x9000;
    public const ulong UserStack = 0xB000;
    public const ulong InnerStack = 0xD000;
    public const ulong MiddleStack = 0xE000;
    public const ulong TableStack = 0xF000;
    public const ulong PageTables = 0x100000;
    public const byte End = 0x80;

    private readonly int _bits;
    private int _pageLevels;

    private SystemMachine(int bits, CpuModel model)
    {
        _bits = bits;
        Bare = new BareMachine(4 << 20, model);
        WriteTables();
    }

    public BareMachine Bare { get; }

    public Cpu Cpu => Bare.Cpu;

    public CpuState* State => Bare.Cpu.State;

    public GuestMemory Memory => Bare.Memory;

    /// <summary>32-bit protected mode at a level.</summary>
    /// <param name="level">Privilege level.</param>
    /// <param name="pageLevels">0 for no paging, 2 or 3.</param>
    public static SystemMachine Protected(int level = 0, int pageLevels = 0)
    {
        var machine = new SystemMachine(32, CpuModel.X86_64V2) { _pageLevels = pageLevels };
        machine.Bare.EnterProtected(Start);
        machine.LoadRegisters(level);
        if (pageLevels != 0) machine.EnablePaging();
        return machine;
    }

    /// <summary>64-bit code at a level; the first 4 MiB mapped by small pages at 0 and, for the kernel only, nowhere else.</summary>
    public static SystemMachine Long(int level = 0)
    {
        var machine = new SystemMachine(64, CpuModel.X86_64V2) { _pageLevels = 4 };
        machine.Bare.EnterLong(Start);
        machine.WriteLongPages();
        machine.LoadRegisters(level);
        machine.State->Star = 0x0018_0008UL << 32;
        return machine;
    }

    public static SystemMachine Virtual8086(int ioPrivilege = 3)
    {
        SystemMachine machine = Protected();
        CpuState* s = machine.State;
        s->SystemFlags |= SystemFlags.Virtual8086 | (SystemFlags)(ioPrivilege << 12);
        s->CurrentPrivilegeLevel = 3;
        for (SegmentIndex i = SegmentIndex.Es; i <= SegmentIndex.Gs; i++)
        {
            s->Segments[(int)i] = new SegmentRegister
            {
                Limit = 0xFFFF,
                Attributes = SegmentAttributes.Present | SegmentAttributes.CodeOrData | SegmentAttributes.Accessed
                    | SegmentAttributes.WritableOrReadable | (SegmentAttributes)(3 << 5),
            };
        }

        s->Rsp = UserStack;
        machine.Cpu.StateChanged();
        return machine;
    }

    /// <summary>Real-address mode with a vector table at <see cref="Idt"/> whose handlers halt.</summary>
    public static SystemMachine Real()
    {
        var machine = new SystemMachine(16, CpuModel.X86_64V2);
        machine.Bare.EnterReal(0, (ushort)Start);
        machine.State->Idtr = new DescriptorTable { Base = Idt, Limit = 0x3FF };
        machine.State->Rsp = Stack;
        for (uint i = 0; i < 256; i++) machine.Memory.TryWriteUInt32(Idt + 4 * i, (uint)Handlers + 16 * i);
        machine.Cpu.StateChanged();
        return machine;
    }

    /// <summary>Runs a case to the handler that it ends in: "done", or the exception with its error code.</summary>
    public string Run(Action<Assembler>? write, int bits = 0)
    {
        if (write != null) Assemble(Start, write, bits);
        CpuExit exit = Cpu.RunUntil(Cpu.Clock + 10_000);
        if (exit == CpuExit.Shutdown) return "shutdown";
        ulong handler = State->Rip - 1 - Handlers;
        if (exit != CpuExit.Halted || handler % 16 != 0 || handler / 16 > 255) return $"{exit} at {State->Rip:x}";
        byte vector = (byte)(handler / 16);
        if (vector == End) return "done";
        return HasError(vector) && (State->Cr0 & ControlRegisters.ProtectionEnable) != 0 ? $"{NameOf(vector)}({Pop(0):X4})" : NameOf(vector);
    }

    /// <summary>A value of the handler's stack frame, by its number from the stack pointer.</summary>
    public ulong Pop(int index)
    {
        int size = (State->Mode & CpuMode.Code64) != 0 ? 8 : (State->Mode & CpuMode.Code32) != 0 ? 4 : 2;
        ulong place = State->Rsp + (ulong)(index * size);
        if (size != 8) place = (uint)(place + State->Segments[(int)SegmentIndex.Ss].Base);
        Memory.TryReadUInt64(place, out ulong value);
        return size switch { 8 => value, 4 => (uint)value, _ => (ushort)value };
    }

    public void Assemble(ulong address, Action<Assembler> write, int bits = 0)
    {
        var assembler = new Assembler(bits == 0 ? _bits == 32 && (State->Mode & CpuMode.Paragraphs) != 0 ? 16 : _bits : bits);
        write(assembler);
        assembler.@int(End);
        var stream = new MemoryStream();
        assembler.Assemble(new StreamCodeWriter(stream), address);
        Bare.Load(address, stream.ToArray());
    }

    public void WriteDescriptor(int selector, ulong low, ulong high = 0)
    {
        Memory.TryWriteUInt64(Gdt + (ulong)(selector & ~7), low);
        if (high != 0) Memory.TryWriteUInt64(Gdt + (ulong)(selector & ~7) + 8, high);
    }

    public void WriteGate(int vector, ulong low, ulong high = 0)
    {
        ulong size = _bits == 64 ? 16u : 8u;
        Memory.TryWriteUInt64(Idt + (ulong)vector * size, low);
        if (_bits == 64) Memory.TryWriteUInt64(Idt + (ulong)vector * size + 8, high);
    }

    /// <summary>A vector is handled by the other task.</summary>
    public void HandleByTask(int vector)
    {
        WriteGate(vector, Gate(Selectors.OtherTask, 0, 5, 0));
        Memory.TryWriteUInt32(OtherTask + 0x20, (uint)Handlers + 16 * (uint)vector);
    }

    public static ulong Gate(ushort selector, ulong offset, int type, int privilege, int count = 0, bool present = true) =>
        (offset & 0xFFFF) | ((ulong)selector << 16) | ((ulong)count << 32) | ((ulong)type << 40) | ((ulong)privilege << 45)
        | (present ? 1UL << 47 : 0) | ((offset & 0xFFFF_0000) << 32);

    public static ulong Segment(ulong place, uint limit, int type, int privilege, int high = 0, bool present = true) =>
        (limit & 0xFFFF) | ((place & 0xFF_FFFF) << 16) | ((ulong)type << 40) | ((ulong)privilege << 45) | (present ? 1UL << 47 : 0)
        | ((ulong)(limit >> 16 & 15) << 48) | ((ulong)high << 52) | ((place >> 24 & 0xFF) << 56);

    /// <summary>The page table entry of an address in the identity map of small pages.</summary>
    public ulong LeafOf(ulong address) => _pageLevels == 2
        ? PageTables + 0x1000 + (address >> 12) * 4
        : PageTables + (_pageLevels == 3 ? 0x2000u : 0x3000u) + (address >> 12) * 8;

    /// <summary>The entry above it.</summary>
    public ulong DirectoryOf(ulong address) => _pageLevels switch
    {
        2 => PageTables + (address >> 22) * 4,
        3 => PageTables + 0x1000 + (address >> 21) * 8,
        _ => PageTables + 0x2000 + (address >> 21) * 8,
    };

    public ulong ReadEntry(ulong place)
    {
        Memory.TryReadUInt64(place, out ulong entry);
        return _pageLevels == 2 ? (uint)entry : entry;
    }

    public void WriteEntry(ulong place, ulong entry)
    {
        if (_pageLevels == 2) Memory.TryWriteUInt32(place, (uint)entry);
        else Memory.TryWriteUInt64(place, entry);
    }

    public void Dispose() => Bare.Dispose();

    private static bool HasError(byte vector) => vector is 8 or (>= 10 and <= 14) or 17;

    private static string NameOf(byte vector) => vector switch
    {
        Vectors.DivideError => "#DE",
        Vectors.Debug => "#DB",
        Vectors.NonMaskable => "NMI",
        Vectors.Breakpoint => "#BP",
        Vectors.Overflow => "#OF",
        Vectors.BoundRange => "#BR",
        Vectors.InvalidOpcode => "#UD",
        Vectors.DeviceNotAvailable => "#NM",
        Vectors.DoubleFault => "#DF",
        Vectors.InvalidTaskState => "#TS",
        Vectors.SegmentNotPresent => "#NP",
        Vectors.StackFault => "#SS",
        Vectors.GeneralProtection => "#GP",
        Vectors.PageFault => "#PF",
        Vectors.AlignmentCheck => "#AC",
        _ => $"int {vector:X2}",
    };

    private void LoadRegisters(int level)
    {
        CpuState* s = State;
        s->Gdtr = new DescriptorTable { Base = Gdt, Limit = 0x2FF };
        s->Idtr = new DescriptorTable { Base = Idt, Limit = (ushort)(_bits == 64 ? 0xFFF : 0x7FF) };
        s->Rsp = level == 3 ? UserStack : Stack;
        const SegmentAttributes busyTask = SegmentAttributes.Present | (SegmentAttributes)11;
        s->Segments[(int)SegmentIndex.Task] = new SegmentRegister { Selector = Selectors.Task, Base = Task, Limit = 0xFF, Attributes = busyTask };
        if (level == 0)
        {
            s->Segments[(int)SegmentIndex.Ss].Selector = s->Segments[(int)SegmentIndex.Ds].Selector = Selectors.Data;
            return;
        }

        s->CurrentPrivilegeLevel = (byte)level;
        for (SegmentIndex i = SegmentIndex.Es; i <= SegmentIndex.Gs; i++)
        {
            ref SegmentRegister register = ref s->Segments[(int)i];
            register.Selector = i == SegmentIndex.Cs ? Selectors.UserCode : Selectors.UserData;
            register.Attributes |= (SegmentAttributes)(level << 5);
        }

        Cpu.StateChanged();
    }

    private void EnablePaging()
    {
        State->Cr4 |= ControlRegisters.PageSizeExtensions;
        if (_pageLevels == 2)
        {
            Memory.TryWriteUInt32(PageTables, (uint)PageTables + 0x1000 + 7);
            Memory.TryWriteUInt32(PageTables + 4, 0x87); // 4 MiB at 4 MiB show the first ones again.
            for (uint i = 0; i < 1024; i++) Memory.TryWriteUInt32(PageTables + 0x1000 + 4 * i, (i << 12) | 7);
        }
        else
        {
            State->Cr4 |= ControlRegisters.PhysicalAddressExtension;
            State->Efer |= ControlRegisters.NoExecuteEnable;
            Memory.TryWriteUInt64(PageTables, (PageTables + 0x1000) | 1);
            Memory.TryWriteUInt64(PageTables + 0x1000, (PageTables + 0x2000) | 7);
            Memory.TryWriteUInt64(PageTables + 0x1008, (PageTables + 0x3000) | 7);
            Memory.TryWriteUInt64(PageTables + 0x1010, 0x87);
            for (ulong i = 0; i < 1024; i++) Memory.TryWriteUInt64(PageTables + 0x2000 + 8 * i, (i << 12) | 7);
        }

        State->Cr3 = PageTables;
        State->Cr0 |= ControlRegisters.Paging | ControlRegisters.WriteProtect;
        Cpu.Mmu.FlushAll();
        Cpu.StateChanged();
    }

    public void WriteLongPages()
    {
        // Four levels; two page tables of small pages map 4 MiB, and 1 GiB at 1 GiB shows the first one again.
        Memory.TryWriteUInt64(PageTables, (PageTables + 0x1000) | 7);
        Memory.TryWriteUInt64(PageTables + 0x1000, (PageTables + 0x2000) | 7);
        Memory.TryWriteUInt64(PageTables + 0x1008, 0x87);
        Memory.TryWriteUInt64(PageTables + 0x2000, (PageTables + 0x3000) | 7);
        Memory.TryWriteUInt64(PageTables + 0x2008, (PageTables + 0x4000) | 7);
        Memory.TryWriteUInt64(PageTables + 0x2010, 0x87); // 2 MiB at 4 MiB show the first ones again.
        for (ulong i = 0; i < 1024; i++) Memory.TryWriteUInt64(PageTables + 0x3000 + 8 * i, (i << 12) | 7);
        State->Cr3 = PageTables;
        Cpu.Mmu.FlushAll();
    }

    private void WriteTables()
    {
        for (uint i = 0; i < 256; i++) Memory.TryWrite(Handlers + 16 * i, [0xF4]);
        foreach ((ushort selector, ulong low, ulong high) in Selectors.Table(_bits == 64)) WriteDescriptor(selector, low, high);
        Memory.TryWriteUInt64(Ldt + 8, Segment(0, 0xFFFFF, 0x13, 0, 0xC));
        for (int i = 0; i < 256; i++)
        {
            if (_bits != 16) WriteGate(i, Gate(Selectors.Code, Handlers + (ulong)i * 16, 14, i is 3 or 4 or End ? 3 : 0));
        }

        if (_bits == 64) WriteLongTask();
        else WriteTask(Task);
        Memory.TryWriteUInt16(Task + 0x66, 0x68); // The port bitmap: all ports refused but 10h to 13h.
        for (uint i = 0; i < 0x90; i++) Memory.TryWrite(Task + 0x68 + i, [(byte)(i == 2 ? 0xF0 : 0xFF)]);
        WriteTask(OtherTask);
        Memory.TryWriteUInt32(OtherTask + 0x20, (uint)Target);
        Memory.TryWriteUInt16(NarrowTask + 0x0E, (ushort)Target);
        Memory.TryWriteUInt16(NarrowTask + 0x10, 2);
        Memory.TryWriteUInt16(NarrowTask + 0x1A, 0x8000);
        Memory.TryWriteUInt16(NarrowTask + 0x22, Selectors.Data);
        Memory.TryWriteUInt16(NarrowTask + 0x24, Selectors.Code);
        Memory.TryWriteUInt16(NarrowTask + 0x26, Selectors.Data);
        Memory.TryWriteUInt16(NarrowTask + 0x28, Selectors.Data);
    }

    private void WriteTask(ulong place)
    {
        Memory.TryWriteUInt32(place + 0x04, (uint)InnerStack);
        Memory.TryWriteUInt16(place + 0x08, Selectors.Data);
        Memory.TryWriteUInt32(place + 0x0C, (uint)MiddleStack);
        Memory.TryWriteUInt16(place + 0x10, Selectors.MiddleData | 1);
        Memory.TryWriteUInt32(place + 0x1C, (uint)PageTables);
        Memory.TryWriteUInt32(place + 0x24, 2);
        Memory.TryWriteUInt32(place + 0x38, 0x8000);
        Memory.TryWriteUInt16(place + 0x4C, Selectors.Code);
        for (uint i = 0; i < 6; i++)
            if (i != 1) Memory.TryWriteUInt16(place + 0x48 + 4 * i, Selectors.Data);
    }

    private void WriteLongTask()
    {
        Memory.TryWriteUInt64(Task + 4, InnerStack);
        Memory.TryWriteUInt64(Task + 0x24, TableStack);
    }
}
