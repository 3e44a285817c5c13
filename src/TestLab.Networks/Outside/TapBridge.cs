using TestLab.Networks.Segments;
using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Networks.Outside;

/// <summary>A port of a segment whose other end is a network of the host, frame by frame.</summary>
/// <remarks>
/// What comes is the host's affair at any time, so a lab with a bridge passes its time as the host does.
/// </remarks>
public sealed class TapBridge : EventProcess
{
    private const long LookNanoseconds = 1_000_000;

    /// <summary>
    /// Frames taken at one look; the rest waits for the next, so that no flood from outside stops the lab.
    /// </summary>
    private const int FramesPerLook = 256;

    private readonly IOutside _outside;
    private readonly EventTimer _look;
    private TapState _counts;

    public TapBridge(string name, IOutside outside)
        : base(name)
    {
        _outside = outside;
        _look = Events.CreateTimer("outside", Look);
        Input = AddInput("lan", Send);
        AddPart("bridge", new Memory(this));
        _look.Arm(new VirtualTime(LookNanoseconds));
    }

    /// <summary>Where the cable from the segment ends.</summary>
    public InputPort Input { get; }

    /// <summary>Where the cable to the segment begins.</summary>
    public NetworkJack Jack { get; } = new();

    /// <summary>Frames from the host.</summary>
    public ulong FramesIn => _counts.FramesIn;

    /// <summary>Frames to the host.</summary>
    public ulong FramesOut => _counts.FramesOut;

    private void Send(VirtualTime now, ReadOnlySpan<byte> frame)
    {
        _counts.FramesOut++;
        _outside.Request(now, new OutsideMessage(OutsideMessageKind.SendFrame, 0) { Content = frame.ToArray() });
    }

    private void Look(VirtualTime now)
    {
        for (int taken = 0; taken < FramesPerLook; taken++)
        {
            if (_outside.TryReceive(now, isAwaited: true) is not { } message) break;
            if (message.Kind != OutsideMessageKind.FrameReceived) continue;
            _counts.FramesIn++;
            Jack.Send(now, message.Content.Span);
        }

        _look.Arm(now.After(LookNanoseconds));
    }

    /// <summary>The state, whose record is nobody else's business.</summary>
    private sealed class Memory(TapBridge owner) : ISnapshotable<TapState>
    {
        public TapState Save() => owner._counts with { NextLook = owner._look.Due };

        public void Restore(in TapState state)
        {
            owner._counts = state;
            owner._look.Arm(state.NextLook);
        }
    }
}
