namespace TestLab.Machines.Control;

/// <summary>A file on its way into the guest: written beside its place, then put there in one step.</summary>
public sealed class ControlUpload : ControlOperation
{
    private const string PartSuffix = ".testlab-part";

    private readonly string _path;
    private bool _isWritten;

    internal ControlUpload(ControlClient client, ControlOperationState state)
        : base(client, state)
    {
        _path = state.Path;
        _isWritten = state.Mode != 0;
    }

    internal static string PartOf(string path) => path + PartSuffix;

    internal void Begin(ReadOnlyMemory<byte> content)
    {
        QueueInput(content);
        EndInput();
    }

    internal override ControlOperationState Save() => Save(ControlOperationKind.Upload) with
    {
        Path = _path,
        Mode = _isWritten ? 1 : 0,
    };

    private protected override void TakeOutput(ReadOnlySpan<byte> bytes, bool isErrors)
    {
    }

    private protected override void End(int status, int error)
    {
        if (error != 0)
        {
            Finish(new(ControlEnding.Refused, error));
        }
        else if (_isWritten)
        {
            Finish(new(ControlEnding.Done));
        }
        else
        {
            _isWritten = true;
            Client.SendCall(Channel, GuestCall.Rename(PartOf(_path), _path));
        }
    }
}
