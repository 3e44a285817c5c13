using TestLab.Simulation;

namespace TestLab.Machines.Devices.Keyboard;

/// <summary>The keyboard controller's registers and its 32 bytes of RAM, of which the first is the command byte.</summary>
public record struct KeyboardControllerState : IState
{
    public const int RamBytes = 32;

    public byte[] Ram;
    public byte Status;
    public byte Output;
    public byte OutputPort;

    /// <summary>The command that waits for its data byte, or 0.</summary>
    public byte PendingCommand;

    public static KeyboardControllerState PowerOn => new() { Ram = new byte[RamBytes], OutputPort = 0x03 };

    public void Transfer(StateTransfer transfer)
    {
        transfer.Bytes(Ram);
        transfer.Byte(ref Status);
        transfer.Byte(ref Output);
        transfer.Byte(ref OutputPort);
        transfer.Byte(ref PendingCommand);
    }
}
