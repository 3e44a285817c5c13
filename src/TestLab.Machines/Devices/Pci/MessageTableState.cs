using TestLab.Simulation;

namespace TestLab.Machines.Devices.Pci;

/// <summary>The MSI-X table as bytes, and its pending bits.</summary>
public record struct MessageTableState : IState
{
    public const int TableBytes = MessageTable.VectorLimit * 16;

    public byte[] Table;
    public ulong Pending;

    /// <summary>All vectors masked.</summary>
    public static MessageTableState PowerOn
    {
        get
        {
            byte[] table = new byte[TableBytes];
            for (int vector = 0; vector < MessageTable.VectorLimit; vector++) table[vector * 16 + 12] = 1;
            return new MessageTableState { Table = table };
        }
    }

    public void Transfer(StateTransfer transfer)
    {
        transfer.Bytes(Table);
        transfer.UInt64(ref Pending);
    }
}
