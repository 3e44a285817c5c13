using TestLab.Simulation;

namespace TestLab.Networks.Hosts;

/// <summary>What has come of questions over streams, by the number of the connection.</summary>
internal record struct DnsStreamsState : IState
{
    private Stream[]? _streams;

    public Stream[] Streams
    {
        readonly get => _streams ?? [];
        set => _streams = value;
    }

    public void Transfer(StateTransfer transfer)
    {
        Stream[] streams = Streams;
        transfer.List(ref streams, DnsStreams.ConnectionLimit);
        Streams = streams;
    }

    public record struct Stream : IState
    {
        public ulong Connection;
        private byte[]? _content;

        public byte[] Content
        {
            readonly get => _content ?? [];
            set => _content = value;
        }

        public void Transfer(StateTransfer transfer)
        {
            transfer.UInt64(ref Connection);
            byte[] content = Content;
            transfer.Buffer(ref content, DnsStreams.QuestionLimitBytes);
            Content = content;
        }
    }
}
