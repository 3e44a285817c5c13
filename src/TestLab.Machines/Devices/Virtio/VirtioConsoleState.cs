using TestLab.Simulation;

namespace TestLab.Machines.Devices.Virtio;

/// <summary>Input of the console's ports that the guest has not taken, messages for it, and which ports it has open.</summary>
public record struct VirtioConsoleState : IState
{
    public PortState[] Ports;
    public ControlMessage[] Messages;

    public void Transfer(StateTransfer transfer)
    {
        foreach (ref PortState port in Ports.AsSpan()) port.Transfer(transfer);
        transfer.List(ref Messages, VirtioConsole.MessageLimit);
    }

    /// <summary>One port.</summary>
    public record struct PortState : IState
    {
        public bool IsOpen;
        public byte[] Input;

        public void Transfer(StateTransfer transfer)
        {
            transfer.Boolean(ref IsOpen);
            transfer.Buffer(ref Input, VirtioConsole.InputLimitBytes);
        }
    }

    /// <summary>A control message for the driver.</summary>
    public record struct ControlMessage : IState
    {
        public uint Port;
        public ushort Event;
        public ushort Value;

        public void Transfer(StateTransfer transfer)
        {
            transfer.UInt32(ref Port);
            transfer.UInt16(ref Event);
            transfer.UInt16(ref Value);
        }
    }
}
