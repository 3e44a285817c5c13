namespace TestLab.Processor.State;

/// <summary>All that a guest can see of a processor, as bytes: snapshots and state hashes are made of them.</summary>
/// <remarks>
/// The fields in order, little endian; append-only. Status flags stand as RFLAGS shows them, so how the engine keeps
/// them does not matter. Translation buffers are not in it: a restored processor walks its page tables anew.
/// </remarks>
internal static unsafe class StateImage
{
    public static byte[] Save(CpuState* s, ulong clock)
    {
        var writer = new Writer();
        ulong flags = Flags.ReadAll(s);
        Transfer(s, writer, ref clock, ref flags);
        return writer.ToArray();
    }

    /// <returns>The clock.</returns>
    /// <exception cref="FormatException">The image is too short, or holds what no processor's state can be.</exception>
    public static ulong Restore(CpuState* s, ReadOnlySpan<byte> image)
    {
        ulong clock = 0;
        ulong flags = 0;
        Transfer(s, new Reader(image.ToArray()), ref clock, ref flags);
        if (s->CurrentPrivilegeLevel > 3 || s->FloatTop > 7) throw new FormatException("The processor's state is damaged.");
        Flags.Write(s, (uint)flags);
        s->SystemFlags = (SystemFlags)(uint)flags & SystemFlags.All;
        return clock;
    }

    private static void Transfer(CpuState* s, FieldTransfer t, ref ulong clock, ref ulong flags)
    {
        t.Field(ref clock);
        t.Field(ref flags);
        t.Field(ref s->Rip);
        for (int i = 0; i < 16; i++) t.Field(ref s->Registers[i]);
        for (int i = 0; i < SegmentArray.Count; i++)
        {
            ref SegmentRegister segment = ref s->Segments[i];
            t.Field(ref segment.Base);
            t.Field(ref segment.Limit);
            t.Field(ref segment.Attributes);
            t.Field(ref segment.Selector);
        }

        t.Field(ref s->Gdtr.Base);
        t.Field(ref s->Gdtr.Limit);
        t.Field(ref s->Idtr.Base);
        t.Field(ref s->Idtr.Limit);
        t.Field(ref s->Cr0);
        t.Field(ref s->Cr2);
        t.Field(ref s->Cr3);
        t.Field(ref s->Cr4);
        for (int i = 0; i < 8; i++) t.Field(ref s->DebugRegisters[i]);
        t.Field(ref s->Efer);
        t.Field(ref s->CurrentPrivilegeLevel);
        t.Field(ref s->ShadowClock);
        t.Field(ref s->NonMaskablePending);
        t.Field(ref s->NonMaskableBlocked);
        t.Field(ref s->Halted);
        for (int i = 0; i < 16 * 16; i++) t.Field(ref s->Xmm[i]);
        t.Field(ref s->Mxcsr);
        for (int i = 0; i < 8 * 16; i++) t.Field(ref s->FloatRegisters[i]);
        t.Field(ref s->FloatControl);
        t.Field(ref s->FloatStatus);
        t.Field(ref s->FloatTop);
        t.Field(ref s->FloatEmpty);
        t.Field(ref s->FloatOpcode);
        t.Field(ref s->FloatInstructionPointer);
        t.Field(ref s->FloatDataPointer);
        t.Field(ref s->FloatInstructionSelector);
        t.Field(ref s->FloatDataSelector);
        t.Field(ref s->Star);
        t.Field(ref s->LongStar);
        t.Field(ref s->CompatibilityStar);
        t.Field(ref s->SyscallMask);
        t.Field(ref s->KernelGsBase);
        t.Field(ref s->SysenterCs);
        t.Field(ref s->SysenterEsp);
        t.Field(ref s->SysenterEip);
        t.Field(ref s->TscAuxiliary);
        t.Field(ref s->PageAttributeTable);
        t.Field(ref s->TscAdjust);
        t.Field(ref s->MiscellaneousEnable);
        t.Field(ref s->DebugControl);
        t.Field(ref s->MemoryTypeDefault);
        for (int i = 0; i < CpuState.MemoryTypeRangeCount; i++) t.Field(ref s->MemoryTypeRanges[i]);
    }

    /// <summary>Writes a field, or reads it: one list of fields serves both.</summary>
    private abstract class FieldTransfer
    {
        public void Field<T>(ref T value) where T : unmanaged => Bytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(new Span<T>(ref value)));

        protected abstract void Bytes(Span<byte> value);
    }

    private sealed class Writer : FieldTransfer
    {
        private readonly List<byte> _bytes = [];

        public byte[] ToArray() => [.. _bytes];

        protected override void Bytes(Span<byte> value) => _bytes.AddRange((ReadOnlySpan<byte>)value);
    }

    private sealed class Reader(byte[] image) : FieldTransfer
    {
        private int _position;

        protected override void Bytes(Span<byte> value)
        {
            if (_position + value.Length > image.Length) throw new FormatException("The processor's state is too short.");
            image.AsSpan(_position, value.Length).CopyTo(value);
            _position += value.Length;
        }
    }
}
