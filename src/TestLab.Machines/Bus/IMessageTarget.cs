namespace TestLab.Machines.Bus;

/// <summary>Where a device sends message-signalled interrupts.</summary>
public interface IMessageTarget
{
    /// <summary>Delivers one message; an address that is no interrupt address does nothing.</summary>
    void Send(ulong address, uint data);
}
