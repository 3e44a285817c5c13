namespace TestLab.Networks.Packets;

/// <summary>An address and a port of TCP or UDP.</summary>
public readonly record struct Ipv4Endpoint(Ipv4Address Address, ushort Port)
{
    /// <summary>Both in one number.</summary>
    public ulong Key => (ulong)Address.Value << 16 | Port;

    public static Ipv4Endpoint FromKey(ulong key) => new(new Ipv4Address((uint)(key >> 16)), (ushort)key);

    public override string ToString() => $"{Address}:{Port}";
}
