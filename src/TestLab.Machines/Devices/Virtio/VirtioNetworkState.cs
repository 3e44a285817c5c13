using TestLab.Simulation;

namespace TestLab.Machines.Devices.Virtio;

/// <summary>Frames in a network card, and whether its cable is plugged in.</summary>
public record struct VirtioNetworkState : IState
{
    private Frame[]? _waiting;

    /// <summary>The link is down: nothing comes or goes.</summary>
    public bool IsCableOut;

    /// <summary>Waiting for buffers of the guest.</summary>
    public Frame[] Waiting
    {
        readonly get => _waiting ?? [];
        set => _waiting = value;
    }

    public void Transfer(StateTransfer transfer)
    {
        Frame[] waiting = Waiting;
        transfer.List(ref waiting, VirtioNetwork.WaitingLimit);
        Waiting = waiting;
        transfer.Boolean(ref IsCableOut);
    }

    /// <summary>The bytes of a frame.</summary>
    public record struct Frame : IState
    {
        private byte[]? _content;

        public byte[] Content
        {
            readonly get => _content ?? [];
            set => _content = value;
        }

        public void Transfer(StateTransfer transfer)
        {
            byte[] content = Content;
            transfer.Buffer(ref content, Simulation.Processes.Frame.LimitBytes);
            Content = content;
        }
    }
}
