namespace TestLab.Simulation;

/// <summary>Sets state records from the bytes of one section.</summary>
/// <remarks>A section that ends at a field boundary is an older one: later fields keep their values.</remarks>
public sealed class StateReader(ReadOnlyMemory<byte> section) : StateTransfer
{
    private ReadOnlyMemory<byte> _rest = section;

    public override bool IsReading => true;

    public bool IsAtEnd => _rest.IsEmpty;

    public override bool Bytes(Span<byte> value)
    {
        if (value.IsEmpty) return true;
        if (_rest.IsEmpty) return false;
        Require(_rest.Length >= value.Length, "a section ends inside a field");
        _rest.Span[..value.Length].CopyTo(value);
        _rest = _rest[value.Length..];
        return true;
    }
}
