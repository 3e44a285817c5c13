using System.Globalization;
using System.Net;
using TestLab.Labs.Words;

namespace TestLab.Labs.Grammar;

/// <summary>A way from a port of the host to one of a machine.</summary>
internal static class ForwardKeys
{
    private const string PortPattern = "[0-9]{1,5}";
    private const string UdpSuffix = "/udp";
    private const string TcpSuffix = "/tcp";

    private static readonly Key<HostPort> Host = new("host", new ScalarShape<HostPort>(
        "a port of the host like 8080, 5353/udp or 0.0.0.0:8080", $@"([0-9]{{1,3}}(\.[0-9]{{1,3}}){{3}}:)?{PortPattern}(/(tcp|udp))?",
        (node, _) => ParseHost(node.Text)), "Where the host listens: 8080, 5353/udp; 0.0.0.0:8080 lets in others than the host itself.")
    { IsRequired = true };

    private static readonly Key<MachinePort> To = new("to", new ScalarShape<MachinePort>(
        "a port of a machine like server:80", $"[^:]+:{PortPattern}", (node, reading) => ParseMachine(node.Text, reading)),
        "The machine and its port: server:80.")
    { IsRequired = true };

    public static Shape<ForwardSyntax?> Shape { get; } = new RecordShape<ForwardSyntax?>("forward", "a way in", [Host, To], Build);

    private static ForwardSyntax? Build(Fields fields, Reading reading) =>
        fields.TryGet(Host, out HostPort? host) && fields.TryGet(To, out MachinePort? to)
            ? new ForwardSyntax { Host = host, HostMark = fields.MarkOf(Host), To = to, ToMark = fields.MarkOf(To) }
            : null;

    private static Parsed<HostPort> ParseHost(string text)
    {
        bool isUdp = text.EndsWith(UdpSuffix, StringComparison.Ordinal);
        string place = isUdp || text.EndsWith(TcpSuffix, StringComparison.Ordinal) ? text[..^UdpSuffix.Length] : text;
        int colon = place.IndexOf(':', StringComparison.Ordinal);
        IPAddress? address = IPAddress.Loopback;
        bool isPlace = colon < 0 || Scalars.TryParseAddress(place[..colon], out address);
        return isPlace && address is not null && TryParsePort(place[(colon + 1)..], out int port)
            ? new HostPort(address, port, isUdp)
            : new WrongText($"{Quote.Of(text)} is no port of the host; write it like 8080, 5353/udp or 0.0.0.0:8080");
    }

    private static Parsed<MachinePort> ParseMachine(string text, Reading reading)
    {
        int colon = text.LastIndexOf(':');
        if (colon <= 0 || !TryParsePort(text[(colon + 1)..], out int port))
            return new WrongText($"{Quote.Of(text)} is no port of a machine; write it like server:80");
        string name = text[..colon];
        if (!reading.Names.Machines.TryGetValue(name, out IReadOnlyList<string>? machines))
            return new WrongText($"there is no machine {Quote.Of(name)}; {Quote.Remedy(name, [.. reading.Names.Machines.Keys])}");
        return machines is [var machine]
            ? new MachinePort(machine, port)
            : new WrongText($"a way in leads to one machine; {Quote.Of(name)} stands for {machines.Count}");
    }

    private static bool TryParsePort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= ushort.MaxValue;
}
