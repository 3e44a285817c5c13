using TestLab.Networks.Packets;

namespace TestLab.Networks.Hosts;

/// <summary>The names that a segment's name server knows.</summary>
/// <remarks>
/// A name that starts with <c>*.</c> stands for every longer name that ends so and is not there itself; <c>*</c> alone
/// stands for all others, as the internet does where there is none. Filled before the run, and constant from then on.
/// </remarks>
public sealed class DnsZone
{
    private readonly Dictionary<string, List<DnsRecord>> _records = [];

    /// <summary>Names on the way to a longer one: they exist, though they have no records (RFC 4592).</summary>
    private readonly HashSet<string> _parents = [];

    /// <param name="domain">Of the machines: <c>server</c> is also <c>server.lab</c>.</param>
    public DnsZone(string domain = "lab")
    {
        Domain = Normal(domain);
        if (!DnsName.IsValid(Domain)) throw new ArgumentException($"'{domain}' is not the name of a domain.", nameof(domain));
    }

    public string Domain { get; }

    /// <summary>Names a machine: short, with the domain, and from its addresses back to the name.</summary>
    /// <exception cref="ArgumentException">The name cannot be asked for.</exception>
    public void AddMachine(string name, params ReadOnlySpan<Ipv4Address> addresses)
    {
        string full = $"{name}.{Domain}";
        foreach (Ipv4Address address in addresses)
        {
            Add(name, DnsRecord.Of(address));
            Add(full, DnsRecord.Of(address));
            if (!_records.ContainsKey(ReverseOf(address))) Add(ReverseOf(address), DnsRecord.Pointer(Normal(full)));
        }
    }

    /// <exception cref="ArgumentException">The name cannot be asked for.</exception>
    public void Add(string name, DnsRecord record)
    {
        string key = Normal(name);
        if (!DnsName.IsValid(key)) throw new ArgumentException($"'{name}' is not a domain name.", nameof(name));
        if (!_records.TryGetValue(key, out List<DnsRecord>? records)) _records.Add(key, records = []);
        records.Add(record);
        for (int dot = key.IndexOf('.'); dot >= 0; dot = key.IndexOf('.', dot + 1)) _parents.Add(key[(dot + 1)..]);
    }

    /// <summary>The name under which an address is looked up (RFC 1035, 3.5).</summary>
    public static string ReverseOf(Ipv4Address address) =>
        $"{address.Value & 0xFF}.{address.Value >> 8 & 0xFF}.{address.Value >> 16 & 0xFF}.{address.Value >> 24}.in-addr.arpa";

    /// <summary>
    /// The records of a name in lower case; null where there is no such name, empty where it has no records.
    /// </summary>
    internal IReadOnlyList<DnsRecord>? Find(string name)
    {
        if (_records.TryGetValue(name, out List<DnsRecord>? records)) return records;
        if (_parents.Contains(name)) return [];
        for (int dot = name.IndexOf('.'); dot >= 0; dot = name.IndexOf('.', dot + 1))
        {
            if (_records.TryGetValue($"*{name[dot..]}", out records)) return records;
            // A wildcard does not reach beyond a name that is there.
            if (_parents.Contains(name[(dot + 1)..]) || _records.ContainsKey(name[(dot + 1)..])) return null;
        }

        // All others: names of the internet have a dot; a lone word is a machine that is not there.
        return name.Contains('.') && !IsReverse(name) && _records.TryGetValue("*", out records) ? records : null;
    }

    /// <summary>Whether the name is the lab's own to answer for, rather than the outside's.</summary>
    internal bool IsAuthority(string name) =>
        !name.Contains('.') || name.EndsWith($".{Domain}", StringComparison.Ordinal) || name == Domain;

    private static bool IsReverse(string name) => name.EndsWith(".arpa", StringComparison.Ordinal);

    private static string Normal(string name) => name.TrimEnd('.').ToLowerInvariant();
}
