namespace TestLab.Machines.Bus;

/// <summary>The physical addresses where there is no RAM: which device answers; the rest reads as ones.</summary>
/// <remarks>
/// Where ranges overlap, one written rule decides: RAM wins over all (the processor does not even ask), then the
/// range that was added first. The board adds its own devices first and PCI after them, by slot and BAR.
/// </remarks>
public sealed class MemorySpace
{
    private readonly List<Window> _windows = [];

    /// <summary>Adds a window; the board may move or hide it later.</summary>
    public Window Add(ulong address, ulong lengthBytes, IMemoryDevice device)
    {
        var window = new Window(lengthBytes, device) { Address = address, IsVisible = true };
        _windows.Add(window);
        return window;
    }

    public ulong Read(ulong address, int size)
    {
        ulong allOnes = ulong.MaxValue >> (64 - 8 * size);
        return Find(address, size) is { } window ? window.Device.Read(address - window.Address, size) & allOnes : allOnes;
    }

    public void Write(ulong address, ulong value, int size)
    {
        if (Find(address, size) is { } window) window.Device.Write(address - window.Address, value, size);
    }

    private Window? Find(ulong address, int size)
    {
        foreach (Window window in _windows)
        {
            if (window.IsVisible && address >= window.Address && address - window.Address <= window.LengthBytes - (uint)size)
                return window;
        }

        return null;
    }

    /// <summary>One device's place in the address space.</summary>
    public sealed class Window(ulong lengthBytes, IMemoryDevice device)
    {
        public ulong Address { get; set; }

        public bool IsVisible { get; set; }

        public ulong LengthBytes { get; } = lengthBytes;

        internal IMemoryDevice Device { get; } = device;
    }
}
