using System.Buffers;

namespace TestLab.Simulation;

/// <summary>Collects state records as bytes.</summary>
public sealed class StateWriter : StateTransfer
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public override bool IsReading => false;

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public override bool Bytes(Span<byte> value)
    {
        _bytes.Write(value);
        return true;
    }

    public void Clear() => _bytes.ResetWrittenCount();
}
