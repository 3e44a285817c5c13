using TestLab.Machines.Control;

namespace TestLab.Cli.Tests.Boot;

/// <summary>A line whose two ends are both in the test's hands.</summary>
internal sealed class FakePort : IGuestPort
{
    private readonly List<byte> _sent = [];

    public bool IsOpen { get; set; }

    /// <summary>What the session sent to the guest.</summary>
    public List<byte> ToGuest { get; } = [];

    /// <summary>Answers what the session sends.</summary>
    public Action<byte[]>? Answer { get; set; }

    public bool HasNews => _sent.Count > 0;

    public void FromGuest(ReadOnlySpan<byte> bytes) => _sent.AddRange(bytes);

    public byte[] Take()
    {
        byte[] taken = [.. _sent];
        _sent.Clear();
        return taken;
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        ToGuest.AddRange(bytes);
        Answer?.Invoke(bytes.ToArray());
    }
}
