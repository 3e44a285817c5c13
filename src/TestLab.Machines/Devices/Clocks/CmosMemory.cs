namespace TestLab.Machines.Devices.Clocks;

/// <summary>The sizes of RAM that firmware leaves in the clock chip's CMOS RAM for old software.</summary>
internal static class CmosMemory
{
    private const ulong Kilobyte = 1 << 10;
    private const ulong Megabyte = 1 << 20;
    private const ulong ExtendedEnd = 64 * Megabyte;
    private const ulong SixteenMegabytes = 16 * Megabyte;
    private const ulong HoleBase = TestLab.Processor.Memory.GuestMemory.HoleBase;

    public static void Write(Rtc rtc, ulong memoryBytes)
    {
        ulong low = Math.Min(memoryBytes, HoleBase);
        ulong extended = low > Megabyte ? (Math.Min(low, ExtendedEnd) - Megabyte) / Kilobyte : 0;
        ulong above16 = low > SixteenMegabytes ? (low - SixteenMegabytes) / (64 * Kilobyte) : 0;
        ulong above4G = (memoryBytes - low) / (64 * Kilobyte);
        WriteWord(rtc, 0x15, Math.Min(memoryBytes / Kilobyte, 640));
        WriteWord(rtc, 0x17, extended);
        WriteWord(rtc, 0x30, extended);
        WriteWord(rtc, 0x34, above16);
        WriteWord(rtc, 0x5B, above4G);
        rtc.SetRam(0x5D, (byte)(above4G >> 16));
    }

    private static void WriteWord(Rtc rtc, byte index, ulong value)
    {
        rtc.SetRam(index, (byte)value);
        rtc.SetRam((byte)(index + 1), (byte)(value >> 8));
    }
}
