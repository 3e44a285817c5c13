using TestLab.Simulation;

namespace TestLab.Machines.Devices.Interrupts;

/// <summary>The registers of one 8259A.</summary>
public record struct PicState : IState
{
    public static readonly PicState PowerOn = new() { LowestPriority = 7 };

    public byte Requests;
    public byte InService;
    public byte Mask;
    public byte Lines;
    public byte LevelTriggered;
    public byte VectorBase;
    public byte LowestPriority;

    /// <summary>The initialization word the data port expects next, 2 to 4; 0 in operation.</summary>
    public byte InitializationStep;

    public bool IsSingle;
    public bool ExpectsStep4;
    public bool IsAutomaticEnd;
    public bool RotatesOnAutomaticEnd;
    public bool IsSpecialMask;
    public bool IsSpecialFullyNested;
    public bool ReadsInService;
    public bool IsPolled;

    public void Transfer(StateTransfer transfer)
    {
        transfer.Byte(ref Requests);
        transfer.Byte(ref InService);
        transfer.Byte(ref Mask);
        transfer.Byte(ref Lines);
        transfer.Byte(ref LevelTriggered);
        transfer.Byte(ref VectorBase);
        transfer.Byte(ref LowestPriority);
        transfer.Byte(ref InitializationStep);
        transfer.Boolean(ref IsSingle);
        transfer.Boolean(ref ExpectsStep4);
        transfer.Boolean(ref IsAutomaticEnd);
        transfer.Boolean(ref RotatesOnAutomaticEnd);
        transfer.Boolean(ref IsSpecialMask);
        transfer.Boolean(ref IsSpecialFullyNested);
        transfer.Boolean(ref ReadsInService);
        transfer.Boolean(ref IsPolled);
    }
}
