using System.Net;
using System.Net.NetworkInformation;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>A network card as the lab file has it.</summary>
internal sealed record CardSyntax
{
    public required Mark Mark { get; init; }

    public IPAddress? Address { get; init; }

    public Mark AddressMark { get; init; }

    public PhysicalAddress? Mac { get; init; }

    public Mark MacMark { get; init; }

    public bool IsPlugged { get; init; } = true;

    public LinkSettings Link { get; init; } = LinkSettings.None;
}
