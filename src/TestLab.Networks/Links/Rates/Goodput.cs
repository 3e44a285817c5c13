namespace TestLab.Networks.Links.Rates;

/// <summary>What a program can expect of a link, beside the configured rate: the headers take their share.</summary>
public static class Goodput
{
    private const int Ipv4TcpBytes = 40;
    private const int TimestampBytes = 12;
    private const int Ipv4UdpBytes = 28;

    /// <summary>Payload bits a second of one long TCP stream over IPv4 that the link alone limits; 0 without limit.</summary>
    /// <remarks>With 1500 bytes of MTU and time stamps 1448/1538 of the wire's rate, without them 1460/1538.</remarks>
    public static long Tcp(RateSettings rate, int mtuBytes, bool hasTimestamps = true) =>
        Share(rate, mtuBytes, Ipv4TcpBytes + (hasTimestamps ? TimestampBytes : 0));

    /// <summary>Payload bits a second of UDP datagrams of a size over IPv4; 0 without limit.</summary>
    public static long Udp(RateSettings rate, int payloadBytes) =>
        Share(rate, payloadBytes + Ipv4UdpBytes, Ipv4UdpBytes);

    private static long Share(RateSettings rate, int packetBytes, int headerBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(packetBytes, headerBytes);
        int frameBytes = FrameLayout.EthernetHeaderBytes + packetBytes;
        int counted = rate.CountedBytes(frameBytes, FrameLayout.EthernetHeaderBytes + headerBytes);
        return (long)((Int128)rate.AverageBitsPerSecond * (packetBytes - headerBytes) / Math.Max(1, counted));
    }
}
