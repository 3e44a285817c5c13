namespace TestLab.Machines.Control;

/// <summary>A call of the guest's kernel.</summary>
public sealed class ControlCall : ControlOperation
{
    internal ControlCall(ControlClient client, ControlOperationState state)
        : base(client, state)
    {
    }

    internal override ControlOperationState Save() => Save(ControlOperationKind.Call);

    private protected override void TakeOutput(ReadOnlySpan<byte> bytes, bool isErrors)
    {
    }

    private protected override void End(int status, int error) =>
        Finish(error == 0 ? new(ControlEnding.Done, status) : new(ControlEnding.Refused, error));
}
