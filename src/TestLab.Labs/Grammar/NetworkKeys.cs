using System.Net;
using TestLab.Labs.Plans;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>A network.</summary>
internal static class NetworkKeys
{
    private const string DnsPattern = @"(\*\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9])?";

    private static readonly Key<NetworkKind> Kind = new("type", Scalars.Word("a type of network", ("segment", NetworkKind.Segment),
        ("host-only", NetworkKind.HostOnly), ("nat", NetworkKind.Nat), ("bridged", NetworkKind.Bridged)),
        "segment, the default, is joined to nothing outside.");

    private static readonly Key<IPNetwork> Subnet = new("subnet", Scalars.Subnet, "Its IPv4 addresses; given by TestLab otherwise.");

    private static readonly Key<IPAddress> From = new("from", Scalars.Address, "The first address for machines that the lab does not know.") { IsRequired = true };
    private static readonly Key<IPAddress> To = new("to", Scalars.Address, "The last one.") { IsRequired = true };
    private static readonly Key<long> Lease = new("lease", Scalars.PositiveDuration, "How long an address is lent; 1h by default.");

    private static readonly Key<DhcpSyntax> Dhcp = new("dhcp", new EitherShape<DhcpSyntax>("true, false or a map",
        new ConvertedShape<bool, DhcpSyntax>(Scalars.Flag, (isServed, _, _) => new() { IsServed = isServed }),
        new RecordShape<DhcpSyntax>("dhcp", "a DHCP service", [From, To, Lease], (fields, _) => new()
        {
            First = fields.TryGet(From, out IPAddress? first) ? first : null,
            FirstMark = fields.MarkOf(From),
            Last = fields.TryGet(To, out IPAddress? last) ? last : null,
            LastMark = fields.MarkOf(To),
            LeaseNanoseconds = fields.Get(Lease, DhcpSyntax.DefaultLeaseNanoseconds),
        })), "Whether addresses are handed out; true by default.");

    private static readonly Key<DnsPlan> Dns = new("dns", new EitherShape<DnsPlan>("true, false, or a map from names to addresses",
        new ConvertedShape<bool, DnsPlan>(Scalars.Flag, (isServed, _, _) => new() { IsServed = isServed, Names = [] }),
        new ConvertedShape<IReadOnlyList<NamedValue<IReadOnlyList<IPAddress>>>, DnsPlan>(
            new MapShape<IReadOnlyList<IPAddress>>("a name like www.example.com or *.example.com", DnsPattern,
                new ListShape<IPAddress>(Scalars.Address, isOneAllowed: true)),
            (names, _, _) => new() { IsServed = true, Names = [.. names.Select(name => new DnsName(name.Name, name.Value))] })),
        "Names beside those of the machines, which always resolve.");

    private static readonly Key<LinkSettings> Link = new("link", LinkKeys.Link, "The figures of its links, unless a card says otherwise.");

    private static readonly Key<string> Interface = new("interface", Scalars.Line, "The TAP device of the host that joins a bridged network.");

    private static readonly Key<IReadOnlyList<ForwardSyntax?>> Forward = new("forward",
        new ListShape<ForwardSyntax?>(ForwardKeys.Shape, isOneAllowed: true), "Ways from ports of the host to machines on a nat network.");

    private static readonly Key<long> Record = new("record", Scalars.Bytes,
        "How large the record of what the outside says may become; 1GiB by default. A replay ends where it does.");

    public static Shape<NetworkSyntax> Network { get; } = new RecordShape<NetworkSyntax>(
        "network", "a network", [Kind, Subnet, Dhcp, Dns, LinkKeys.Mtu, Link, Interface, Forward, Record], Build);

    private static NetworkSyntax Build(Fields fields, Reading reading)
    {
        NetworkKind kind = fields.Get(Kind, NetworkKind.Segment);
        if (kind == NetworkKind.Bridged && !fields.Has(Interface)) reading.Add(fields.Mark, "a bridged network needs the key \"interface\"");
        if (kind != NetworkKind.Bridged && fields.Has(Interface)) reading.Add(fields.MarkOfKey(Interface), "only a bridged network has an interface");
        if (kind != NetworkKind.Nat && fields.Has(Forward)) reading.Add(fields.MarkOfKey(Forward), "only a nat network has ways in from the host");
        if (kind is not (NetworkKind.Nat or NetworkKind.Bridged) && fields.Has(Record))
            reading.Add(fields.MarkOfKey(Record), "only a network with an outside has a record of it");
        return new()
        {
            Mark = fields.Mark,
            Kind = kind,
            KindMark = fields.MarkOf(Kind),
            Subnet = fields.TryGet(Subnet, out IPNetwork subnet) ? subnet : null,
            HasSubnet = fields.Has(Subnet),
            SubnetMark = fields.MarkOf(Subnet),
            Dhcp = fields.Get(Dhcp, new()),
            Dns = fields.Get(Dns, new() { IsServed = true, Names = [] }),
            MtuBytes = (int)fields.Get(LinkKeys.Mtu, 1500),
            Link = fields.Get(Link, LinkSettings.None),
            HostInterface = fields.TryGet(Interface, out string? name) ? name : null,
            RecordLimitBytes = (ulong)fields.Get(Record, (long)NetworkPlan.DefaultRecordLimitBytes),
            Forwards = [.. fields.Get(Forward, []).OfType<ForwardSyntax>()],
        };
    }
}
