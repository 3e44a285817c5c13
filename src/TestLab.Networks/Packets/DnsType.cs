namespace TestLab.Networks.Packets;

/// <summary>Types of DNS records (IANA numbers).</summary>
public static class DnsType
{
    public const ushort Address = 1;
    public const ushort Alias = 5;
    public const ushort Authority = 6;
    public const ushort Pointer = 12;
    public const ushort Text = 16;
    public const ushort Address6 = 28;
    public const ushort Options = 41;
    public const ushort Any = 255;
}
