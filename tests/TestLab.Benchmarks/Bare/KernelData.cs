namespace TestLab.Benchmarks.Bare;

/// <summary>The memory that kernels work on: the same for guest and host.</summary>
internal static class KernelData
{
    public static void Fill(Span<byte> data)
    {
        uint value = 1;
        foreach (ref byte item in data)
        {
            value = value * 1664525 + 1013904223;
            item = (byte)(value >> 24);
        }
    }
}
