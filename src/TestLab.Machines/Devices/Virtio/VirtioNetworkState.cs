using TestLab.Machines.Devices.Network;
using TestLab.Simulation;

namespace TestLab.Machines.Devices.Virtio;

/// <summary>Frames on their way into a network card.</summary>
public record struct VirtioNetworkState : IState
{
    /// <summary>On the cable, in the order of their arrival.</summary>
    public Frame[] Arriving;

    /// <summary>In the card, waiting for buffers of the guest.</summary>
    public Frame[] Waiting;

    public bool IsCableOut;

    public static VirtioNetworkState PowerOn => new() { Arriving = [], Waiting = [] };

    public void Transfer(StateTransfer transfer)
    {
        transfer.List(ref Arriving, VirtioNetwork.ArrivalLimit);
        transfer.List(ref Waiting, VirtioNetwork.WaitingLimit);
        transfer.Boolean(ref IsCableOut);
    }

    /// <summary>A frame and when it arrives; its bytes never change.</summary>
    public record struct Frame : IState
    {
        public VirtualTime Time;
        public byte[] Content;

        public void Transfer(StateTransfer transfer)
        {
            transfer.Time(ref Time);
            Content ??= [];
            transfer.Buffer(ref Content, INetworkBackend.FrameLimitBytes);
        }
    }
}
