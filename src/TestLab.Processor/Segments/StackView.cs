using TestLab.Processor.Execution;
using TestLab.Processor.Memory;
using TestLab.Processor.State;

namespace TestLab.Processor.Segments;

/// <summary>A stack, the current one or one to be switched to, on which a frame is built or read before anything is committed.</summary>
/// <remarks>A failed push or pop has raised the fault; memory below the stack pointer may have been written by then.</remarks>
internal unsafe struct StackView
{
    private readonly Cpu _cpu;
    private readonly bool _is64;
    private readonly bool _isUser;
    private readonly ushort _errorSelector;
    private readonly ulong _mask;
    private SegmentRegister _segment;

    /// <param name="cpu">Whose memory it is.</param>
    /// <param name="segment">SS of the stack; not looked at in 64-bit mode.</param>
    /// <param name="pointer">Its stack pointer.</param>
    /// <param name="is64">Flat, with a pointer of 64 bits.</param>
    /// <param name="privilege">The level whose page rights the accesses have.</param>
    /// <param name="errorSelector">What #SS names: 0 for the current stack.</param>
    public StackView(Cpu cpu, in SegmentRegister segment, ulong pointer, bool is64, int privilege, ushort errorSelector = 0)
    {
        _cpu = cpu;
        _segment = segment;
        _is64 = is64;
        _isUser = privilege == 3;
        _errorSelector = errorSelector;
        _mask = is64 ? ulong.MaxValue : segment.Is(SegmentAttributes.Big) ? uint.MaxValue : ushort.MaxValue;
        Pointer = pointer & _mask;
    }

    public ulong Pointer { get; set; }

    /// <summary>The stack in use.</summary>
    public static StackView Current(Cpu cpu)
    {
        CpuState* s = cpu.State;
        return new StackView(cpu, s->Segments[(int)SegmentIndex.Ss], s->Rsp, (s->Mode & CpuMode.Code64) != 0, s->CurrentPrivilegeLevel);
    }

    public bool TryPush(ulong value, int size)
    {
        ulong pointer = (Pointer - (ulong)size) & _mask;
        if (!TryLocate(pointer, size, write: true, out ulong linear)) return false;
        bool done = size switch
        {
            2 => _cpu.Mmu.TryWriteAs(linear, (ushort)value, _isUser),
            4 => _cpu.Mmu.TryWriteAs(linear, (uint)value, _isUser),
            _ => _cpu.Mmu.TryWriteAs(linear, value, _isUser),
        };
        if (done) Pointer = pointer;
        return done;
    }

    public bool TryPop(int size, out ulong value)
    {
        value = 0;
        if (!TryLocate(Pointer, size, write: false, out ulong linear)) return false;
        bool done;
        switch (size)
        {
            case 2:
                done = _cpu.Mmu.TryReadAs(linear, out ushort word, _isUser);
                value = word;
                break;
            case 4:
                done = _cpu.Mmu.TryReadAs(linear, out uint doubleWord, _isUser);
                value = doubleWord;
                break;
            default:
                done = _cpu.Mmu.TryReadAs(linear, out value, _isUser);
                break;
        }

        if (done) Skip(size);
        return done;
    }

    public void Skip(int bytes) => Pointer = (Pointer + (ulong)bytes) & _mask;

    /// <summary>Makes the pointer the stack pointer; the bits that the stack does not use stay.</summary>
    public readonly void Commit()
    {
        ref ulong register = ref _cpu.State->Rsp;
        register = _mask == ushort.MaxValue ? (register & ~_mask) | Pointer : Pointer;
    }

    private bool TryLocate(ulong pointer, int size, bool write, out ulong linear)
    {
        bool valid;
        if (_is64)
        {
            linear = pointer;
            valid = Canonical.Is(pointer) && Canonical.Is(pointer + (ulong)size - 1);
        }
        else
        {
            linear = (uint)(_segment.Base + pointer);
            valid = Segmentation.IsAccessible(_segment, pointer, size, write);
        }

        return valid || _cpu.Segments.FaultAt(Vectors.StackFault, _errorSelector);
    }
}
