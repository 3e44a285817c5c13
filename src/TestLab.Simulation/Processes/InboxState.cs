namespace TestLab.Simulation.Processes;

/// <summary>The frames in an inbox, in the order of their arrival.</summary>
internal record struct InboxState : IState
{
    /// <summary>Frames on their way to one process, at most.</summary>
    public const int FrameLimit = 1 << 20;

    private Frame[]? _frames;

    public Frame[] Frames
    {
        readonly get => _frames ?? [];
        set => _frames = value;
    }

    public void Transfer(StateTransfer transfer)
    {
        Frame[] frames = Frames;
        transfer.List(ref frames, FrameLimit);
        Frames = frames;
    }

    public record struct Frame : IState
    {
        public VirtualTime Time;
        public int Port;
        public ulong Sequence;
        private byte[]? _content;

        public byte[] Content
        {
            readonly get => _content ?? [];
            set => _content = value;
        }

        public void Transfer(StateTransfer transfer)
        {
            transfer.Time(ref Time);
            transfer.Count(ref Port, int.MaxValue);
            transfer.UInt64(ref Sequence);
            byte[] content = Content;
            transfer.Buffer(ref content, Processes.Frame.LimitBytes);
            Content = content;
        }
    }
}
