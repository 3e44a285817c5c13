namespace TestLab.Networks.Packets;

/// <summary>The addresses of one segment: those that share the first bits with its network address.</summary>
public readonly record struct Ipv4Subnet
{
    /// <summary>The longest prefix that leaves addresses for two hosts.</summary>
    public const int LongestPrefix = 30;

    /// <summary>The shortest prefix: a subnet is at most 16 million addresses.</summary>
    public const int ShortestPrefix = 8;

    /// <exception cref="ArgumentOutOfRangeException">The prefix is too long or too short.</exception>
    public Ipv4Subnet(Ipv4Address address, int prefixLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(prefixLength, ShortestPrefix);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefixLength, LongestPrefix);
        PrefixLength = prefixLength;
        Network = new Ipv4Address(address.Value & Mask.Value);
    }

    public Ipv4Address Network { get; }

    public int PrefixLength { get; }

    public Ipv4Address Mask => new(uint.MaxValue << 32 - PrefixLength);

    public Ipv4Address Broadcast => new(Network.Value | ~Mask.Value);

    /// <summary>How many addresses there are between network and broadcast address.</summary>
    public uint HostCount => ~Mask.Value - 1;

    /// <summary>Reads an address, a slash and the number of its leading bits.</summary>
    public static bool TryParse(string text, out Ipv4Subnet subnet)
    {
        subnet = default;
        int slash = text.IndexOf('/');
        if (slash < 0 || !Ipv4Address.TryParse(text[..slash], out Ipv4Address address)) return false;
        if (!byte.TryParse(text[(slash + 1)..], out byte length) || length is < ShortestPrefix or > LongestPrefix) return false;
        subnet = new Ipv4Subnet(address, length);
        return true;
    }

    /// <exception cref="FormatException">The text is no subnet.</exception>
    public static Ipv4Subnet Parse(string text) =>
        TryParse(text, out Ipv4Subnet subnet) ? subnet : throw new FormatException($"'{text}' is not an IPv4 subnet.");

    public bool Contains(Ipv4Address address) => (address.Value & Mask.Value) == Network.Value;

    /// <summary>Whether it is the address of a host: neither of the network nor of all hosts.</summary>
    public bool IsHost(Ipv4Address address) => Contains(address) && address != Network && address != Broadcast;

    /// <summary>The n-th host, counted from 1.</summary>
    public Ipv4Address Host(uint number) => Network.Plus(number);

    public override string ToString() => $"{Network}/{PrefixLength}";
}
