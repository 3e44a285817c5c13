using Iced.Intel;

namespace TestLab.Processor.State;

/// <summary>Byte offsets of registers in <see cref="CpuState"/>, as decoded operations name them.</summary>
public static unsafe class CpuLayout
{
    public static readonly ushort Zero;
    public static readonly ushort Rip;

    private static readonly ushort Segments;
    private static readonly ushort Xmm;
    private static readonly ushort FloatRegisters;

    static CpuLayout()
    {
        CpuState sample;
        Zero = (ushort)((byte*)&sample.Zero - (byte*)&sample);
        Rip = (ushort)((byte*)&sample.Rip - (byte*)&sample);
        Segments = (ushort)((byte*)&sample.Segments - (byte*)&sample);
        Xmm = (ushort)(sample.Xmm - (byte*)&sample);
        FloatRegisters = (ushort)(sample.FloatRegisters - (byte*)&sample);
    }

    public static ushort SegmentOffset(SegmentIndex segment) => (ushort)(Segments + (int)segment * sizeof(SegmentRegister));

    public static ushort GeneralOffset(int number) => (ushort)(8 * number);

    /// <summary>The offset of a register that Iced names; high byte registers lie one byte above the low ones.</summary>
    public static ushort OffsetOf(Register register) => register switch
    {
        Register.None => Zero,
        >= Register.AL and <= Register.BL => GeneralOffset(register - Register.AL),
        >= Register.AH and <= Register.BH => (ushort)(GeneralOffset(register - Register.AH) + 1),
        >= Register.SPL and <= Register.R15L => GeneralOffset(register - Register.SPL + 4),
        >= Register.AX and <= Register.R15W => GeneralOffset(register - Register.AX),
        >= Register.EAX and <= Register.R15D => GeneralOffset(register - Register.EAX),
        >= Register.RAX and <= Register.R15 => GeneralOffset(register - Register.RAX),
        Register.EIP or Register.RIP => Rip,
        >= Register.ES and <= Register.GS => SegmentOffset((SegmentIndex)(register - Register.ES)),
        >= Register.XMM0 and <= Register.XMM15 => (ushort)(Xmm + 16 * (register - Register.XMM0)),
        >= Register.MM0 and <= Register.MM7 => (ushort)(FloatRegisters + 16 * (register - Register.MM0)),
        // ST(i) is relative to TOP: the number itself.
        >= Register.ST0 and <= Register.ST7 => (ushort)(register - Register.ST0),
        _ => Zero,
    };
}
