namespace TestLab.Processor.Translation;

/// <summary>Addresses, in the writable view, of the routines that all translated blocks share.</summary>
internal readonly unsafe struct CommonCode(byte* leaveAt, byte* leaveTo, byte* untranslated, byte* loadFlags, nint[] refills)
{
    public static readonly CommonCode None = default;

    /// <summary>Routines for this many, at each level and for each direction.</summary>
    public const int RefillSizes = Sizes + SlotAllocator.RunBytes / 8;

    /// <summary>1, 2, 4, 8 and 16 bytes.</summary>
    private const int Sizes = 5;

    /// <summary>R10: the operation to go on with; R11: the block's offset in its page.</summary>
    public byte* LeaveAt { get; } = leaveAt;

    /// <summary>R10: the linear address to go on at.</summary>
    public byte* LeaveTo { get; } = leaveTo;

    /// <summary>R11: the place, in the jump cache, of an entry whose block has no code.</summary>
    public byte* Untranslated { get; } = untranslated;

    /// <summary>Loads the guest's flags into the host's; changes nothing else.</summary>
    public byte* LoadFlags { get; } = loadFlags;

    /// <summary>Looks into the translation buffer for an access that its slot does not know, and fills the slot.</summary>
    /// <remarks>
    /// R10: the address less the slot's base; R11: displacement of the slot from the state register. Gives the host address
    /// in R10, or the carry flag where the buffer does not allow the access, or the slot is filled too often.
    /// </remarks>
    /// <param name="size">Bytes: a power of 2 up to 16, or words of 8 up to <see cref="SlotAllocator.RunBytes"/>.</param>
    /// <param name="write">The access needs the right to write.</param>
    /// <param name="user">The access is one of level 3.</param>
    /// <param name="isRun">The slot is that of several words of the stack.</param>
    public byte* Refill(int size, bool write, bool user, bool isRun = false) => (byte*)refills[RefillIndex(size, write, user, isRun)];

    public static int RefillIndex(int size, bool write, bool user, bool isRun) =>
        (isRun ? Sizes + size / 8 - 1 : System.Numerics.BitOperations.Log2((uint)size)) << 2 | (write ? 2 : 0) | (user ? 1 : 0);
}
