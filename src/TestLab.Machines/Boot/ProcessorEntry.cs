using TestLab.Processor;
using TestLab.Processor.State;

namespace TestLab.Machines.Boot;

/// <summary>Puts a processor that was just reset at a kernel's first instruction.</summary>
internal static class ProcessorEntry
{
    private const uint WholeSpace = uint.MaxValue;

    private const SegmentAttributes FlatData = SegmentAttributes.Present | SegmentAttributes.CodeOrData
        | SegmentAttributes.WritableOrReadable | SegmentAttributes.Accessed
        | SegmentAttributes.Granular | SegmentAttributes.Big;

    private const SegmentAttributes BusyTask = SegmentAttributes.Present | (SegmentAttributes)11;

    private static readonly SegmentIndex[] DataSegments =
        [SegmentIndex.Ds, SegmentIndex.Es, SegmentIndex.Fs, SegmentIndex.Gs, SegmentIndex.Ss];

    public static unsafe void Apply(Cpu processor, EntryState entry)
    {
        // SAFETY: the processor owns its state for as long as it lives, and does not run now.
        // JUSTIFICATION: the registers live in native memory for the engines' sake.
        CpuState* state = processor.State;
        state->Rdx = 0;
        state->Rip = entry.InstructionPointer;
        state->Rsp = entry.StackPointer;
        state->Rbx = entry.Rbx;
        state->Rsi = entry.Rsi;
        state->Cr0 = entry.Cr0;
        state->Cr3 = entry.Cr3;
        state->Cr4 = entry.Cr4;
        state->Efer = entry.ExtendedFeatures;
        Flags.Write(state, (uint)entry.Flags);
        state->Gdtr = new() { Base = entry.DescriptorTableBase, Limit = entry.DescriptorTableLimit };
        SegmentAttributes width = entry.Mode == EntryMode.Long64 ? SegmentAttributes.Long : SegmentAttributes.Big;
        state->Segments[(int)SegmentIndex.Cs] = new()
        {
            Selector = EntryState.CodeSelector,
            Limit = WholeSpace,
            Attributes = (FlatData & ~SegmentAttributes.Big) | SegmentAttributes.Code | width,
        };
        foreach (SegmentIndex index in DataSegments)
        {
            state->Segments[(int)index] =
                new() { Selector = EntryState.DataSelector, Limit = WholeSpace, Attributes = FlatData };
        }
        state->Segments[(int)SegmentIndex.Task] = new()
        {
            Selector = EntryState.TaskSelector,
            Base = entry.TaskStateBase,
            Limit = entry.TaskStateLimit,
            Attributes = BusyTask,
        };
        processor.SetUpAsFirmware();
        processor.Mmu.FlushAll();
        processor.StateChanged();
    }
}
