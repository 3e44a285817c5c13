namespace TestLab.Processor.Translation;

/// <summary>Addresses, in the writable view, of the routines that all translated blocks share.</summary>
internal readonly unsafe struct CommonCode(byte* leaveAt, byte* leaveTo, byte* loadFlags)
{
    public static readonly CommonCode None = default;

    /// <summary>R10: the operation to go on with; R11: the block's offset in its page.</summary>
    public byte* LeaveAt { get; } = leaveAt;

    /// <summary>R10: the linear address to go on at.</summary>
    public byte* LeaveTo { get; } = leaveTo;

    /// <summary>Loads the guest's flags into the host's; changes nothing else.</summary>
    public byte* LoadFlags { get; } = loadFlags;
}
