namespace TestLab.Networks.Transport;

/// <summary>
/// Sequence numbers wrap: one is before another if it is so on the shorter way around (RFC 9293, 3.4).
/// </summary>
internal static class TcpSequence
{
    public static bool IsBefore(uint left, uint right) => (int)(left - right) < 0;

    public static bool IsAfter(uint left, uint right) => (int)(left - right) > 0;
}
