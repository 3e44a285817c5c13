using System.Buffers.Binary;
using TestLab.Simulation.Processes;

namespace TestLab.Machines.Processes;

/// <summary>What passes between a machine's control port and whoever controls it: a kind, a number, some bytes.</summary>
/// <remarks>One frame is one message: a byte for the kind, a byte for the number, the content. Kinds are only ever added.</remarks>
public readonly ref struct MachineMessage
{
    public const int HeaderBytes = 2;
    public const int ContentLimitBytes = Frame.LimitBytes - HeaderBytes;

    private MachineMessage(MachineMessageKind kind, int number, ReadOnlySpan<byte> content)
    {
        Kind = kind;
        Number = number;
        Content = content;
    }

    public MachineMessageKind Kind { get; }

    /// <summary>Of the stream or card that it is about.</summary>
    public int Number { get; }

    public ReadOnlySpan<byte> Content { get; }

    /// <summary>A content that is a number; zero where there is none.</summary>
    public int Value => Content.Length == sizeof(int) ? BinaryPrimitives.ReadInt32LittleEndian(Content) : 0;

    /// <summary>False where it is too short to be a message, or of no known kind.</summary>
    public static bool TryRead(ReadOnlySpan<byte> frame, out MachineMessage message)
    {
        message = default;
        if (frame.Length < HeaderBytes || frame[0] is 0 or > (byte)MachineMessageKind.Last) return false;
        message = new MachineMessage((MachineMessageKind)frame[0], frame[1], frame[HeaderBytes..]);
        return true;
    }

    /// <summary>Writes a message with a number for content and gives its length.</summary>
    public static int Write(Span<byte> frame, MachineMessageKind kind, int number, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(frame[HeaderBytes..], value);
        return WriteHeader(frame, kind, number) + sizeof(int);
    }

    /// <summary>Writes a message with bytes for content and gives its length.</summary>
    public static int Write(Span<byte> frame, MachineMessageKind kind, int number, ReadOnlySpan<byte> content)
    {
        content.CopyTo(frame[HeaderBytes..]);
        return WriteHeader(frame, kind, number) + content.Length;
    }

    private static int WriteHeader(Span<byte> frame, MachineMessageKind kind, int number)
    {
        frame[0] = (byte)kind;
        frame[1] = (byte)number;
        return HeaderBytes;
    }
}
