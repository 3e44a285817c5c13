namespace TestLab.Processor.State;

/// <summary>The registers after power on (SDM volume 3, table 9-1).</summary>
internal static unsafe class ResetState
{
    /// <summary>Fast strings; no branch trace store, no precise event sampling.</summary>
    private const ulong MiscellaneousEnable = 0x1801;

    public static void Apply(CpuState* s, CpuModel model)
    {
        for (int i = 0; i < 16; i++) s->Registers[i] = 0;
        s->Rdx = model.Signature;
        s->Rip = 0xFFF0;
        Flags.Write(s, 0);
        s->SystemFlags = SystemFlags.None;
        s->Cr0 = ControlRegisters.CacheDisable | ControlRegisters.NotWriteThrough | ControlRegisters.ExtensionType;
        s->Cr2 = s->Cr3 = s->Cr4 = s->Efer = 0;
        s->CurrentPrivilegeLevel = 0;
        s->Halted = s->NonMaskablePending = s->NonMaskableBlocked = false;
        s->ShadowClock = ulong.MaxValue;
        s->Gdtr = s->Idtr = new DescriptorTable { Limit = 0xFFFF };
        const SegmentAttributes data = SegmentAttributes.Present | SegmentAttributes.CodeOrData
            | SegmentAttributes.WritableOrReadable | SegmentAttributes.Accessed;
        for (int i = 0; i < SegmentArray.Count; i++)
            s->Segments[i] = new SegmentRegister { Limit = 0xFFFF, Attributes = data };
        ref SegmentRegister code = ref s->Segments[(int)SegmentIndex.Cs];
        (code.Selector, code.Base) = (0xF000, 0xFFFF_0000);
        s->Segments[(int)SegmentIndex.LocalDescriptorTable].Attributes = SegmentAttributes.Present | (SegmentAttributes)2;
        s->Segments[(int)SegmentIndex.Task].Attributes = SegmentAttributes.Present | (SegmentAttributes)11;
        for (int i = 0; i < 8; i++) s->DebugRegisters[i] = 0;
        s->DebugRegisters[6] = 0xFFFF_0FF0;
        s->DebugRegisters[7] = 0x400;
        for (int i = 0; i < 16 * 16; i++) s->Xmm[i] = 0;
        s->Mxcsr = 0x1F80;
        for (int i = 0; i < 8 * 16; i++) s->FloatRegisters[i] = 0;
        (s->FloatControl, s->FloatStatus, s->FloatTop, s->FloatEmpty) = (0x37F, 0, 0, 0xFF);
        s->FloatInstructionPointer = s->FloatDataPointer = 0;
        s->FloatOpcode = s->FloatInstructionSelector = s->FloatDataSelector = 0;
        s->Star = s->LongStar = s->CompatibilityStar = s->SyscallMask = s->KernelGsBase = 0;
        s->SysenterCs = s->SysenterEsp = s->SysenterEip = s->TscAuxiliary = 0;
        s->PageAttributeTable = 0x0007_0406_0007_0406;
        s->TscAdjust = s->DebugControl = s->MemoryTypeDefault = 0;
        s->MiscellaneousEnable = MiscellaneousEnable;
        for (int i = 0; i < CpuState.MemoryTypeRangeCount; i++) s->MemoryTypeRanges[i] = 0;
    }
}
