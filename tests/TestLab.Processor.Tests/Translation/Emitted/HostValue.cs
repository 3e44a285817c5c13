namespace TestLab.Processor.Tests.Translation.Emitted;

/// <summary>What is known of a host register.</summary>
/// <param name="Kind">What it holds.</param>
/// <param name="Number">The constant, the mask, or the access slot's offset in the state.</param>
/// <param name="Size">Bytes that may be accessed.</param>
/// <param name="Write">They may be written.</param>
/// <param name="IsAligned">The low four bits are clear.</param>
internal readonly record struct HostValue(ValueKind Kind, long Number = 0, int Size = 0, bool Write = false, bool IsAligned = false)
{
    public static readonly HostValue Unknown = default;

    /// <summary>Depends on the entry whose place is in R11.</summary>
    public bool NeedsEntry => Kind is ValueKind.Tagged or ValueKind.InPage;

    /// <summary>What is known where two ways meet.</summary>
    public HostValue Meet(HostValue other)
    {
        if (Kind != other.Kind || Number != other.Number) return Unknown with { IsAligned = IsAligned && other.IsAligned };
        return this with { Size = Math.Min(Size, other.Size), Write = Write && other.Write, IsAligned = IsAligned && other.IsAligned };
    }
}
