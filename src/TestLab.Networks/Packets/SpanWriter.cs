using System.Buffers.Binary;

namespace TestLab.Networks.Packets;

/// <summary>
/// Writes fields in network order, one after the other; what does not fit is left out and remembered.
/// </summary>
internal ref struct SpanWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;

    public int Length { get; private set; }

    /// <summary>Something did not fit; the fields before it stand.</summary>
    public bool IsFull { get; private set; }

    public readonly Span<byte> Written => _destination[..Length];

    public void Byte(byte value)
    {
        if (Take(1) is { IsEmpty: false } place) place[0] = value;
    }

    public void UInt16(ushort value)
    {
        if (Take(2) is { IsEmpty: false } place) BinaryPrimitives.WriteUInt16BigEndian(place, value);
    }

    public void UInt32(uint value)
    {
        if (Take(4) is { IsEmpty: false } place) BinaryPrimitives.WriteUInt32BigEndian(place, value);
    }

    public void Bytes(scoped ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty && Take(value.Length) is { IsEmpty: false } place) value.CopyTo(place);
    }

    /// <summary>Zeros up to a length.</summary>
    public void PadTo(int length)
    {
        if (Length < length && Take(length - Length) is { IsEmpty: false } place) place.Clear();
    }

    /// <summary>Takes the last fields back, to a length that was reached before.</summary>
    public void Rewind(int length) => (Length, IsFull) = (length, false);

    private Span<byte> Take(int count)
    {
        if (IsFull || count > _destination.Length - Length)
        {
            IsFull = true;
            return [];
        }

        Span<byte> place = _destination.Slice(Length, count);
        Length += count;
        return place;
    }
}
