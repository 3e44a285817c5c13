using System.Buffers.Binary;
using TestLab.Networks.Packets;
using TestLab.Networks.Transport;
using TestLab.Simulation;

namespace TestLab.Networks.Hosts;

/// <summary>The name server's side of TCP: messages with their lengths before them (RFC 1035, 4.2.2).</summary>
internal sealed class DnsStreams(DnsServer? server) : ITcpUser, ISnapshotable<DnsStreamsState>
{
    public const int ConnectionLimit = 64;

    /// <summary>The largest question, with its length; no sound one comes near.</summary>
    public const int QuestionLimitBytes = 4_096;

    private const int LengthBytes = 2;
    private const int ResponseLimitBytes = 16 << 10;

    private readonly SortedDictionary<ulong, byte[]> _received = [];
    private readonly byte[] _response = new byte[LengthBytes + ResponseLimitBytes];

    public bool IsWelcome(VirtualTime now, TcpConnection connection)
    {
        if (server is null || connection.Local.Port != DnsRelay.DnsPort) return false;
        connection.Answer(now);
        return true;
    }

    public void Established(VirtualTime now, TcpConnection connection) => _received[connection.Id] = [];

    public void Received(VirtualTime now, TcpConnection connection, ReadOnlySpan<byte> content)
    {
        connection.Consume(now, content.Length);
        if (!_received.TryGetValue(connection.Id, out byte[]? before)) return;
        byte[] all = [.. before, .. content];
        ReadOnlySpan<byte> rest = all;
        while (rest.Length >= LengthBytes)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(rest);
            if (length > QuestionLimitBytes - LengthBytes)
            {
                _received.Remove(connection.Id);
                connection.Reset(now);
                return;
            }

            if (rest.Length < LengthBytes + length) break;
            Answer(now, connection, rest.Slice(LengthBytes, length));
            rest = rest[(LengthBytes + length)..];
        }

        _received[connection.Id] = rest.ToArray();
    }

    public void Acknowledged(VirtualTime now, TcpConnection connection, int count)
    {
    }

    public void Finished(VirtualTime now, TcpConnection connection)
    {
        _received.Remove(connection.Id);
        connection.Finish(now);
    }

    public void Broken(VirtualTime now, TcpConnection connection) => _received.Remove(connection.Id);

    public DnsStreamsState Save() => new()
    {
        Streams = [.. _received.Select(stream => new DnsStreamsState.Stream { Connection = stream.Key, Content = stream.Value })],
    };

    public void Restore(in DnsStreamsState state)
    {
        _received.Clear();
        foreach (DnsStreamsState.Stream stream in state.Streams) _received[stream.Connection] = stream.Content;
    }

    private void Answer(VirtualTime now, TcpConnection connection, ReadOnlySpan<byte> question)
    {
        if (server is null) return;
        Span<byte> place = _response.AsSpan(LengthBytes);
        int length = server.Answer(question, place, isDatagram: false, out bool isForeign);
        // The resolver outside is asked by datagrams only.
        if (isForeign) length = DnsServer.Fail(question, place);
        // Who asks without reading the answers gets no more of them.
        if (length == 0 || connection.FreeBytes < LengthBytes + length) return;
        BinaryPrimitives.WriteUInt16BigEndian(_response, (ushort)length);
        connection.Write(now, _response.AsSpan(0, LengthBytes + length));
    }
}
