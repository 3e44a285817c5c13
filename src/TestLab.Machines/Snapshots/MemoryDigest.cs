using TestLab.Processor.Memory;
using TestLab.Simulation;

namespace TestLab.Machines.Snapshots;

/// <summary>The hash of RAM, kept up to date by the memory's own record of written pages.</summary>
/// <remarks>Whoever keeps it is the one who may call <see cref="GuestMemory.ClearDirty"/>.</remarks>
internal sealed class MemoryDigest(GuestMemory memory)
{
    private readonly PageDigest _pages = new();
    private bool _hasSeenAll;

    public StateHash Hash()
    {
        for (int page = 0; page < memory.PageCount; page++)
        {
            // At first pages may be shared with another memory, which were never written here.
            bool isNew = _hasSeenAll ? (memory.FlagsOf(page) & PageFlags.Dirty) != 0 : !memory.IsZeroPage(page);
            if (isNew) _pages.Changed((ulong)page);
        }

        _hasSeenAll = true;
        memory.ClearDirty();
        return _pages.Update(page => memory.PageContent((int)page));
    }
}
