using Iced.Intel;
using TestLab.Processor.State;
using TestLab.Simulation;
using static Iced.Intel.AssemblerRegisters;

namespace TestLab.Machines.Tests.LockStep;

/// <summary>A machine that runs a small loop in real-address mode, and somewhere in it asks which processor it has.</summary>
internal sealed class BareGuest : ISlicedGuest
{
    public const int CountBefore = 20_000;
    public const ushort Place = 0x7C00;
    private const long SliceNanoseconds = 10_000;
    private const int SliceCount = 10;

    private int _slices;

    public unsafe BareGuest(MachineOptions options)
    {
        Machine = new PersonalComputer(options);
        var c = new Assembler(16);
        Label before = c.CreateLabel();
        Label after = c.CreateLabel();
        c.mov(cx, CountBefore);
        c.Label(ref before);
        c.dec(cx);
        c.jnz(before);
        c.mov(eax, 1);
        c.cpuid();
        c.Label(ref after);
        c.inc(cx);
        c.jmp(after);
        using var code = new MemoryStream();
        c.Assemble(new StreamCodeWriter(code), Place);
        Machine.Memory.TryWrite(Place, code.ToArray());
        CpuState* s = Machine.Processor.State;
        s->Segments[(int)SegmentIndex.Cs].Selector = 0;
        s->Segments[(int)SegmentIndex.Cs].Base = 0;
        s->Rip = Place;
        s->Rdx = 0; // A reset leaves the model there.
        Machine.Processor.StateChanged();
    }

    public PersonalComputer Machine { get; }

    public bool HasEnded => _slices == SliceCount;

    public void Advance(Action<VirtualTime> run)
    {
        _slices++;
        run(Machine.Now.After(SliceNanoseconds));
    }

    public void Dispose() => Machine.Dispose();
}
