using System.Buffers.Binary;
using TestLab.Networks.Links;
using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Labs.Running;

/// <summary>The link directions of one process, in the hands of the conductor: it changes them, pulls cables and asks for counters.</summary>
/// <remarks>
/// Messages take <see cref="LookaheadNanoseconds"/> each way. Settings go by number: every one that a lab's steps can
/// ask for is known before the run.
/// </remarks>
internal sealed class LinkPanel
{
    public const long LookaheadNanoseconds = 1_000_000;

    private const int RequestBytes = 9;

    private readonly LogicalProcess _process;
    private readonly IReadOnlyList<LinkSettings> _settings;
    private readonly List<(LinkDirection Direction, LinkMeter Meter)> _directions = [];

    /// <param name="process">Whose directions they are.</param>
    /// <param name="settings">What <see cref="LinkRequest.Change"/> chooses from.</param>
    public LinkPanel(LogicalProcess process, IReadOnlyList<LinkSettings> settings)
    {
        (_process, _settings) = (process, settings);
        Input = process.AddInput("links", Receive);
        Output = process.AddOutput("links", LookaheadNanoseconds);
    }

    public InputPort Input { get; }

    public OutputPort Output { get; }

    /// <summary>Adds a direction and returns its number here.</summary>
    public int Add(LinkDirection direction, LinkMeter meter)
    {
        _process.AddPart($"{direction.Port.Name} meter", meter);
        _directions.Add((direction, meter));
        return _directions.Count - 1;
    }

    public static byte[] Message(LinkRequest request, int direction, int value)
    {
        byte[] message = new byte[RequestBytes];
        message[0] = (byte)request;
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(1), direction);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(5), value);
        return message;
    }

    /// <summary>The number of the question and the figures that answer it.</summary>
    public static (int Question, LinkReading Reading) ReadAnswer(ReadOnlySpan<byte> content)
    {
        var reading = new LinkReading();
        reading.Transfer(new StateReader(content[4..].ToArray()));
        return (BinaryPrimitives.ReadInt32LittleEndian(content), reading);
    }

    private void Receive(VirtualTime now, ReadOnlySpan<byte> content)
    {
        (LinkDirection direction, LinkMeter meter) = _directions[BinaryPrimitives.ReadInt32LittleEndian(content[1..])];
        int value = BinaryPrimitives.ReadInt32LittleEndian(content[5..]);
        switch ((LinkRequest)content[0])
        {
            case LinkRequest.Change:
                direction.Follow(null);
                direction.Change(_settings[value]);
                break;
            case LinkRequest.Cut: direction.Cut(); break;
            case LinkRequest.Heal: direction.Heal(); break;
            case LinkRequest.Read: Answer(LinkReading.Of(direction, meter), value); break;
        }
    }

    private void Answer(LinkReading reading, int question)
    {
        var writer = new StateWriter();
        writer.Int32(ref question);
        reading.Transfer(writer);
        Output.Send(_process.Now.After(LookaheadNanoseconds), writer.Written);
    }
}
