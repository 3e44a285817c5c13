using System.Net;
using System.Net.NetworkInformation;
using TestLab.Labs.Plans;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>A network card, and the link between it and its network.</summary>
internal static class CardKeys
{
    private static readonly Key<IPAddress> Address = new("address", Scalars.Address, "Its IPv4 address; given by TestLab otherwise.");
    private static readonly Key<PhysicalAddress> Mac = new("mac", Scalars.Mac, "Its MAC address; given by TestLab otherwise.");
    private static readonly Key<bool> Plugged = new("plugged", Scalars.Flag, "false: the cable is out at the start.");

    private static readonly Shape<CardSyntax> Card = new RecordShape<CardSyntax>(
        "card", "a network card", [Address, Mac, Plugged, .. LinkKeys.All], (fields, _) => new()
        {
            Mark = fields.Mark,
            Address = fields.TryGet(Address, out IPAddress? address) ? address : null,
            AddressMark = fields.MarkOf(Address),
            Mac = fields.TryGet(Mac, out PhysicalAddress? mac) ? mac : null,
            MacMark = fields.MarkOf(Mac),
            IsPlugged = fields.Get(Plugged, true),
            Link = LinkKeys.SettingsOf(fields),
        });

    /// <summary>One card, or several on the same network.</summary>
    public static Shape<IReadOnlyList<CardSyntax>> Cards { get; } = new ListShape<CardSyntax>(Card, isOneAllowed: true);
}
