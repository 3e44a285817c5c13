using TestLab.Simulation;

namespace TestLab.Machines.Devices.Clocks;

/// <summary>CMOS RAM and what the clock's time derives from.</summary>
public record struct RtcState : IState
{
    public byte Index;
    public byte[] Ram;

    /// <summary>The clock shows this plus the whole seconds of (virtual time + phase).</summary>
    public long BaseUnixSeconds;

    public long PhaseNanoseconds;

    /// <summary>Register C without the summary bit.</summary>
    public byte Flags;

    /// <summary>Up to when the flags are complete.</summary>
    public VirtualTime CollectedTime;

    public VirtualTime Due;

    public static RtcState PowerOn(long epochUnixSeconds)
    {
        byte[] ram = new byte[Rtc.RamBytes];
        ram[0x0A] = 0x26; // 32.768 kHz, 1024 Hz periodic rate.
        ram[0x0B] = 0x02; // 24 hours, binary-coded decimal.
        return new RtcState { Ram = ram, BaseUnixSeconds = epochUnixSeconds, Due = VirtualTime.Never };
    }

    public void Transfer(StateTransfer transfer)
    {
        transfer.Byte(ref Index);
        transfer.Require(Index < Rtc.RamBytes, "CMOS RAM is not that large");
        transfer.Bytes(Ram);
        transfer.Int64(ref BaseUnixSeconds);
        transfer.Require(Math.Abs(BaseUnixSeconds) < 1L << 40, "the clock is far from any calendar");
        transfer.Int64(ref PhaseNanoseconds);
        transfer.Require(PhaseNanoseconds is >= 0 and < VirtualTime.NanosecondsPerSecond, "a phase is longer than a second");
        transfer.Byte(ref Flags);
        transfer.Time(ref CollectedTime);
        transfer.Time(ref Due);
    }
}
