using TestLab.Processor.Memory;

namespace TestLab.Processor.Translation;

/// <summary>Bytes from the limit of an access slot to its other fields.</summary>
internal static class AccessSlotOffset
{
    public const int Bases = 2 * AccessSlots.Count * sizeof(ulong);
    public const int Hosts = 2 * Bases;
}
