using System.Buffers.Binary;
using TestLab.Networks.Packets;
using TestLab.Simulation;

namespace TestLab.Networks.Hosts;

/// <summary>Passes questions that the lab has no answer to on to a resolver, and its answers back.</summary>
/// <remarks>A question waits at a port of its own; the oldest gives way, and its client asks again.</remarks>
internal sealed class DnsRelay(Ipv4Interface carrier, Ipv4Address resolver) : ISnapshotable<DnsRelayState>
{
    public const int QuestionLimit = 256;

    private const ushort FirstPort = 50_000;

    private readonly DnsRelayState.Question[] _questions = new DnsRelayState.Question[QuestionLimit];
    private int _next;

    public void Ask(VirtualTime now, Ipv4Endpoint client, Ipv4Address asked, ReadOnlySpan<byte> message)
    {
        _questions[_next] = new DnsRelayState.Question
        {
            IsOpen = true,
            Client = client.Key,
            Id = BinaryPrimitives.ReadUInt16BigEndian(message),
            Local = asked.Value,
        };
        var source = new Ipv4Endpoint(carrier.Address, (ushort)(FirstPort + _next));
        _next = (_next + 1) % QuestionLimit;
        carrier.SendUdp(now, source, new Ipv4Endpoint(resolver, DnsPort), message);
    }

    /// <summary>The port of name servers.</summary>
    public const ushort DnsPort = 53;

    /// <returns>False where the datagram is no answer to anything passed on.</returns>
    public bool Answer(VirtualTime now, Ipv4Endpoint source, ushort port, ReadOnlySpan<byte> message)
    {
        int index = port - FirstPort;
        if (index is < 0 or >= QuestionLimit || source != new Ipv4Endpoint(resolver, DnsPort)) return false;
        ref DnsRelayState.Question question = ref _questions[index];
        bool isAnswer = question.IsOpen && message.Length >= DnsQuery.HeaderBytes
            && BinaryPrimitives.ReadUInt16BigEndian(message) == question.Id;
        if (!isAnswer) return true;
        question.IsOpen = false;
        var local = new Ipv4Endpoint(new Ipv4Address(question.Local), DnsPort);
        carrier.SendUdp(now, local, Ipv4Endpoint.FromKey(question.Client), message);
        return true;
    }

    public DnsRelayState Save() => new() { Next = _next, Questions = [.. _questions] };

    public void Restore(in DnsRelayState state)
    {
        if (state.Questions.Length != QuestionLimit)
            throw new SnapshotException("The snapshot is damaged: questions are missing.");
        _next = state.Next % QuestionLimit;
        state.Questions.CopyTo(_questions, 0);
    }
}
