using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TestLab.Processor.Memory;

/// <summary>The RAM of one machine: a table of 4 KiB page frames, each shared (immutable) or private.</summary>
/// <remarks>
/// RAM lies at 0 up to <see cref="HoleBase"/>; what does not fit below goes to 4 GiB and up, as on every PC. A fresh
/// page is the one shared page of zeros; the first write to a shared page copies it (copy-on-write) and marks it
/// dirty, and that happens in slow paths only: a translation buffer gets a host address for writing only of a page
/// that is private, dirty and without decoded code.
/// </remarks>
public sealed unsafe class GuestMemory : IDisposable
{
    public const int PageShift = 12;
    public const int PageSize = 1 << PageShift;

    /// <summary>Where RAM ends below 4 GiB, and the space for devices begins.</summary>
    public const ulong HoleBase = 0xC000_0000;

    /// <summary>Where the rest of the RAM lies.</summary>
    public const ulong HighBase = 0x1_0000_0000;

    /// <summary>The largest RAM of a machine.</summary>
    public const ulong SizeLimitBytes = 64UL << 30;

    private static readonly byte* ZeroPage = AllocateZeroPage();

    private readonly byte** _frames;
    private readonly PageFlags* _flags;
    private readonly ulong _lowFrames;
    private readonly ulong _highFrames;
    private readonly List<PageArena> _shared = [];
    private readonly List<IMemoryObserver> _observers = [];
    private readonly bool _isIsolated;
    private PageArena _private;
    private bool _disposed;

    /// <param name="sizeBytes">Of RAM, in whole pages.</param>
    /// <param name="isIsolated">Each private frame lies between two pages that nobody may touch, so that an access beside it ends the process; Linux only, and slow.</param>
    public GuestMemory(ulong sizeBytes, bool isIsolated = false)
    {
        _isIsolated = isIsolated;
        _private = new PageArena(isIsolated);
        if (sizeBytes == 0 || sizeBytes % PageSize != 0 || sizeBytes > SizeLimitBytes)
            throw new ArgumentOutOfRangeException(nameof(sizeBytes), sizeBytes, "RAM is 4 KiB to 64 GiB in whole pages.");

        SizeBytes = sizeBytes;
        _lowFrames = Math.Min(sizeBytes, HoleBase) >> PageShift;
        _highFrames = (sizeBytes >> PageShift) - _lowFrames;
        PageCount = (int)(sizeBytes >> PageShift);
        _frames = (byte**)NativeMemory.Alloc((nuint)PageCount, (nuint)sizeof(byte*));
        _flags = (PageFlags*)NativeMemory.AllocZeroed((nuint)PageCount);
        for (int page = 0; page < PageCount; page++) _frames[page] = ZeroPage;
    }

    ~GuestMemory() => Free();

    public ulong SizeBytes { get; }

    public int PageCount { get; }

    /// <summary>Pages that this memory does not share with another one or with the zero page.</summary>
    public int PrivatePageCount { get; private set; }

    public void AddObserver(IMemoryObserver observer) => _observers.Add(observer);

    public void RemoveObserver(IMemoryObserver observer) => _observers.Remove(observer);

    /// <summary>The index of the frame that backs a physical address, or -1 where there is no RAM.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int PageOf(ulong physicalAddress)
    {
        ulong frame = physicalAddress >> PageShift;
        if (frame < _lowFrames) return (int)frame;
        frame -= HighBase >> PageShift;
        return frame < _highFrames ? (int)(frame + _lowFrames) : -1;
    }

    /// <summary>The physical address at which a frame appears.</summary>
    public ulong AddressOf(int page) =>
        (ulong)page < _lowFrames ? (ulong)page << PageShift : (((ulong)page - _lowFrames) << PageShift) + HighBase;

    public bool IsRam(ulong physicalAddress, ulong lengthBytes)
    {
        if (lengthBytes == 0) return PageOf(physicalAddress) >= 0;
        ulong last = physicalAddress + lengthBytes - 1;
        // Both ends in the same run of RAM: the hole between the runs is wider than neither end can hide.
        return last >= physicalAddress && PageOf(physicalAddress) >= 0 && PageOf(last) >= 0
            && (physicalAddress < HighBase) == (last < HighBase);
    }

    /// <summary>Copies RAM out; false, and nothing copied, where the range is not all RAM.</summary>
    public bool TryRead(ulong physicalAddress, Span<byte> destination)
    {
        if (!IsRam(physicalAddress, (ulong)destination.Length)) return false;
        while (!destination.IsEmpty)
        {
            int offset = (int)(physicalAddress & (PageSize - 1));
            int length = Math.Min(PageSize - offset, destination.Length);
            new ReadOnlySpan<byte>(_frames[PageOf(physicalAddress)] + offset, length).CopyTo(destination);
            destination = destination[length..];
            physicalAddress += (uint)length;
        }

        return true;
    }

    /// <summary>Copies into RAM, as a device's DMA does; false, and nothing copied, where the range is not all RAM.</summary>
    public bool TryWrite(ulong physicalAddress, ReadOnlySpan<byte> source)
    {
        if (!IsRam(physicalAddress, (ulong)source.Length)) return false;
        while (!source.IsEmpty)
        {
            int offset = (int)(physicalAddress & (PageSize - 1));
            int length = Math.Min(PageSize - offset, source.Length);
            int page = PageOf(physicalAddress);
            source[..length].CopyTo(new Span<byte>(PrepareWrite(page, offset, length) + offset, length));
            source = source[length..];
            physicalAddress += (uint)length;
        }

        return true;
    }

    public bool TryReadUInt16(ulong physicalAddress, out ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        bool done = TryRead(physicalAddress, bytes);
        value = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        return done;
    }

    public bool TryReadUInt32(ulong physicalAddress, out uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        bool done = TryRead(physicalAddress, bytes);
        value = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        return done;
    }

    public bool TryReadUInt64(ulong physicalAddress, out ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        bool done = TryRead(physicalAddress, bytes);
        value = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        return done;
    }

    public bool TryWriteUInt16(ulong physicalAddress, ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        return TryWrite(physicalAddress, bytes);
    }

    public bool TryWriteUInt32(ulong physicalAddress, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return TryWrite(physicalAddress, bytes);
    }

    public bool TryWriteUInt64(ulong physicalAddress, ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return TryWrite(physicalAddress, bytes);
    }

    public PageFlags FlagsOf(int page) => _flags[page];

    public bool IsZeroPage(int page) => _frames[page] == ZeroPage;

    /// <summary>The content of a page, valid until the guest or a device writes next.</summary>
    public ReadOnlySpan<byte> PageContent(int page) => new(_frames[page], PageSize);

    /// <summary>Forgets which pages were written; the next write to each is seen again.</summary>
    public void ClearDirty()
    {
        for (int page = 0; page < PageCount; page++) _flags[page] &= ~(PageFlags.Dirty | PageFlags.WriteMapped);
        foreach (IMemoryObserver observer in _observers) observer.AllPagesShared();
    }

    /// <summary>Writes zeros over everything, as a loss of power does; decoded code and host addresses go.</summary>
    public void Clear()
    {
        byte[] zeros = new byte[PageSize];
        for (int page = 0; page < PageCount; page++)
            if (!IsZeroPage(page) && PageContent(page).ContainsAnyExcept((byte)0)) TryWrite(AddressOf(page), zeros);
    }

    /// <summary>A second memory with the same content; both copy a page when they first write to it.</summary>
    public GuestMemory Fork()
    {
        _private.Retain();
        var fork = new GuestMemory(SizeBytes, _isIsolated);
        fork._shared.Add(_private);
        foreach (PageArena arena in _shared)
        {
            arena.Retain();
            fork._shared.Add(arena);
        }

        _shared.Add(_private);
        _private = new PageArena(_isIsolated);
        PrivatePageCount = 0;
        for (int page = 0; page < PageCount; page++)
        {
            _flags[page] &= ~(PageFlags.Private | PageFlags.WriteMapped);
            fork._frames[page] = _frames[page];
            fork._flags[page] = _flags[page] & PageFlags.Dirty;
        }

        foreach (IMemoryObserver observer in _observers) observer.AllPagesShared();
        return fork;
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    /// <summary>The host address of a frame for reading; it stays valid until <see cref="IMemoryObserver.PageMoved"/>.</summary>
    internal byte* MapForRead(int page)
    {
        _flags[page] |= PageFlags.ReadMapped;
        return _frames[page];
    }

    /// <summary>The host address of a frame for writing in place, or null while the page holds decoded code.</summary>
    internal byte* MapForWrite(int page)
    {
        if ((_flags[page] & PageFlags.Code) != 0) return null;
        byte* frame = MakePrivate(page);
        _flags[page] |= PageFlags.WriteMapped;
        return frame;
    }

    /// <summary>The frame, private and dirty, with all observers told that the bytes are about to change.</summary>
    internal byte* PrepareWrite(int page, int offset, int length)
    {
        if ((_flags[page] & PageFlags.Code) != 0)
            foreach (IMemoryObserver observer in _observers) observer.CodeChanging(page, offset, length);
        return MakePrivate(page);
    }

    /// <summary>The frame for reading once, without a promise that it stays.</summary>
    internal byte* Frame(int page) => _frames[page];

    /// <summary>Decoded code of the page exists from now on, so writes must come through the slow path.</summary>
    internal void MarkCode(int page)
    {
        if ((_flags[page] & PageFlags.Code) != 0) return;
        _flags[page] |= PageFlags.Code;
        if ((_flags[page] & PageFlags.WriteMapped) == 0) return;
        _flags[page] &= ~PageFlags.WriteMapped;
        foreach (IMemoryObserver observer in _observers) observer.PageMoved(page);
    }

    internal void ClearCode(int page) => _flags[page] &= ~PageFlags.Code;

    private byte* MakePrivate(int page)
    {
        PageFlags flags = _flags[page];
        if ((flags & (PageFlags.Private | PageFlags.Dirty)) == (PageFlags.Private | PageFlags.Dirty)) return _frames[page];

        _flags[page] |= PageFlags.Private | PageFlags.Dirty;
        if ((flags & PageFlags.Private) != 0) return _frames[page];

        byte* frame = _private.Allocate();
        if (_frames[page] != ZeroPage) NativeMemory.Copy(_frames[page], frame, PageSize);
        _frames[page] = frame;
        PrivatePageCount++;
        if ((flags & PageFlags.ReadMapped) != 0)
        {
            _flags[page] &= ~PageFlags.ReadMapped;
            foreach (IMemoryObserver observer in _observers) observer.PageMoved(page);
        }

        return frame;
    }

    private void Free()
    {
        if (_disposed) return;
        _disposed = true;
        _private.Release();
        foreach (PageArena arena in _shared) arena.Release();
        NativeMemory.Free(_frames);
        NativeMemory.Free(_flags);
    }

    private static byte* AllocateZeroPage()
    {
        byte* page = (byte*)NativeMemory.AlignedAlloc(PageSize, PageSize);
        NativeMemory.Clear(page, PageSize);
        return page;
    }
}
