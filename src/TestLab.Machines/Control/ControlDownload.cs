namespace TestLab.Machines.Control;

/// <summary>A file on its way out of the guest.</summary>
public sealed class ControlDownload : ControlOperation
{
    private readonly int _limit;
    private readonly string _path;
    private byte[] _content;
    private int _length;

    internal ControlDownload(ControlClient client, ControlOperationState state)
        : base(client, state)
    {
        (_path, _limit) = (state.Path, state.ContentLimit);
        (_content, _length, Mode) = (state.Content, state.Content.Length, state.Mode);
    }

    /// <summary>What came so far.</summary>
    public ReadOnlyMemory<byte> Content => _content.AsMemory(0, _length);

    /// <summary>Type and permissions, as <c>stat</c> gives them.</summary>
    public int Mode { get; private set; }

    internal override ControlOperationState Save() => Save(ControlOperationKind.Download) with
    {
        Path = _path,
        Content = Content.ToArray(),
        ContentLimit = _limit,
        Mode = Mode,
    };

    private protected override void HearStatus(int mode, long bytes)
    {
        Mode = mode;
        bool isFile = (mode & 0xF000) == 0x8000; // Others tell no size that means anything.
        if (isFile && bytes > _limit) Abandon(ControlEnding.TooLong);
    }

    private protected override void TakeOutput(ReadOnlySpan<byte> bytes, bool isErrors)
    {
        if (bytes.Length > _limit - _length)
        {
            Abandon(ControlEnding.TooLong);
            return;
        }

        if (_length + bytes.Length > _content.Length)
        {
            Array.Resize(ref _content, (int)Math.Min(_limit, Math.Max(2L * _content.Length, _length + bytes.Length)));
        }

        bytes.CopyTo(_content.AsSpan(_length));
        _length += bytes.Length;
        GrantWindow(bytes.Length, 0);
    }

    private protected override void End(int status, int error) =>
        Finish(error == 0 ? new(ControlEnding.Done) : new(ControlEnding.Refused, error));
}
