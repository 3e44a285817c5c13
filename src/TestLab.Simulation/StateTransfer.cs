using System.Buffers.Binary;

namespace TestLab.Simulation;

/// <summary>Carries state records to bytes or back; one method of a record serves both, so they cannot disagree.</summary>
/// <remarks>Little endian, no padding, no names: the order is the format.</remarks>
public abstract class StateTransfer
{
    /// <summary>True when fields are being set from stored bytes.</summary>
    public abstract bool IsReading { get; }

    /// <summary>Transfers a span of fixed length in place.</summary>
    /// <returns>False where an older snapshot ends before this field, which then keeps its value.</returns>
    public abstract bool Bytes(Span<byte> value);

    /// <summary>What a stored state must fulfil; a snapshot that does not is damaged.</summary>
    public void Require(bool condition, string what)
    {
        if (!condition) throw new SnapshotException($"The snapshot is damaged: {what}.");
    }

    public void Byte(ref byte value) => Bytes(new Span<byte>(ref value));

    public void Boolean(ref bool value)
    {
        byte stored = value ? (byte)1 : (byte)0;
        Byte(ref stored);
        Require(stored <= 1, "a truth value is neither 0 nor 1");
        value = stored == 1;
    }

    public void UInt16(ref ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        if (Bytes(bytes)) value = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
    }

    public void UInt32(ref uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        if (Bytes(bytes)) value = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    public void UInt64(ref ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        if (Bytes(bytes)) value = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    public void Int32(ref int value)
    {
        uint stored = (uint)value;
        UInt32(ref stored);
        value = (int)stored;
    }

    public void Int64(ref long value)
    {
        ulong stored = (ulong)value;
        UInt64(ref stored);
        value = (long)stored;
    }

    public void Time(ref VirtualTime value)
    {
        long nanoseconds = value.Nanoseconds;
        Int64(ref nanoseconds);
        Require(nanoseconds >= 0, "a time is negative");
        value = new VirtualTime(nanoseconds);
    }

    /// <summary>A number of elements that follow; never more than the limit the guest lives under.</summary>
    public void Count(ref int value, int limit)
    {
        Int32(ref value);
        Require(value >= 0 && value <= limit, $"a count is not within 0 to {limit}");
    }

    public void UInt32s(Span<uint> values)
    {
        foreach (ref uint value in values) UInt32(ref value);
    }

    public void UInt64s(Span<ulong> values)
    {
        foreach (ref ulong value in values) UInt64(ref value);
    }

    /// <summary>Bytes of variable length, up to a limit.</summary>
    public void Buffer(ref byte[] value, int limitBytes)
    {
        int length = value.Length;
        Count(ref length, limitBytes);
        if (IsReading && length != value.Length) value = new byte[length];
        Bytes(value);
    }

    /// <summary>A list of variable length, up to a limit; the elements are records themselves.</summary>
    public void List<T>(ref T[] values, int limit)
        where T : struct, IState
    {
        int length = values.Length;
        Count(ref length, limit);
        if (IsReading && length != values.Length) values = new T[length];
        foreach (ref T value in values.AsSpan()) value.Transfer(this);
    }
}
