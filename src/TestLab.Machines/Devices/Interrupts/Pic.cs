using System.Numerics;
using TestLab.Machines.Bus;
using TestLab.Simulation;

namespace TestLab.Machines.Devices.Interrupts;

/// <summary>One 8259A interrupt controller with eight inputs.</summary>
/// <remarks>Source: Intel 8259A data sheet (231468). An edge is forgotten when its line falls before it is taken.</remarks>
public sealed class Pic(Action outputChanged) : IPortDevice, ISnapshotable<PicState>
{
    private const int SpuriousInput = 7;

    private PicState _state = PicState.PowerOn;

    /// <summary>The INT pin.</summary>
    public bool HasInterrupt { get; private set; }

    /// <summary>Inputs that are level triggered; on a PC this register lies beside the chip (ELCR).</summary>
    public byte LevelTriggered
    {
        get => _state.LevelTriggered;
        set
        {
            _state.LevelTriggered = value;
            // A level input requests exactly while its line is high.
            _state.Requests = (byte)((_state.Requests & ~value) | (_state.Lines & value));
            UpdateOutput();
        }
    }

    public void SetLine(int input, bool high)
    {
        byte bit = (byte)(1 << input);
        bool wasHigh = (_state.Lines & bit) != 0;
        if (!high) _state.Requests &= (byte)~bit;
        else if (!wasHigh || (_state.LevelTriggered & bit) != 0) _state.Requests |= bit;
        _state.Lines = (byte)(high ? _state.Lines | bit : _state.Lines & ~bit);
        UpdateOutput();
    }

    /// <summary>The acknowledge cycle: the input taken, 0 to 7; the spurious one when the request has gone.</summary>
    public int Acknowledge(out bool isSpurious)
    {
        int input = HighestRequest();
        isSpurious = input < 0;
        if (isSpurious) return SpuriousInput;

        byte bit = (byte)(1 << input);
        if ((_state.LevelTriggered & bit) == 0) _state.Requests &= (byte)~bit;
        if (!_state.IsAutomaticEnd) _state.InService |= bit;
        else if (_state.RotatesOnAutomaticEnd) _state.LowestPriority = (byte)input;
        UpdateOutput();
        return input;
    }

    public byte VectorOf(int input) => (byte)(_state.VectorBase | input);

    public byte Read(ushort offset)
    {
        if (_state.IsPolled) return Poll();
        if (offset == 1) return _state.Mask;
        return _state.ReadsInService ? _state.InService : _state.Requests;
    }

    public void Write(ushort offset, byte value)
    {
        if (offset == 1) WriteData(value);
        else if ((value & 0x10) != 0) BeginInitialization(value);
        else if ((value & 0x08) != 0) WriteOperationControl3(value);
        else EndInterrupt(value >> 5, value & 7);
        UpdateOutput();
    }

    public PicState Save() => _state;

    public void Restore(in PicState state)
    {
        _state = state;
        UpdateOutput();
    }

    private byte Poll()
    {
        _state.IsPolled = false;
        int input = Acknowledge(out bool isSpurious);
        return isSpurious ? (byte)0 : (byte)(0x80 | input);
    }

    private void BeginInitialization(byte value)
    {
        byte lines = _state.Lines;
        byte levelTriggered = _state.LevelTriggered;
        _state = PicState.PowerOn with
        {
            Lines = lines,
            LevelTriggered = levelTriggered,
            // Edges must come anew; levels are there.
            Requests = (byte)(lines & levelTriggered),
            InitializationStep = 2,
            IsSingle = (value & 0x02) != 0,
            ExpectsStep4 = (value & 0x01) != 0,
        };
    }

    private void WriteData(byte value)
    {
        switch (_state.InitializationStep)
        {
            case 2:
                _state.VectorBase = (byte)(value & 0xF8);
                _state.InitializationStep = (byte)(!_state.IsSingle ? 3 : _state.ExpectsStep4 ? 4 : 0);
                break;
            case 3:
                _state.InitializationStep = (byte)(_state.ExpectsStep4 ? 4 : 0);
                break;
            case 4:
                _state.IsAutomaticEnd = (value & 0x02) != 0;
                _state.IsSpecialFullyNested = (value & 0x10) != 0;
                _state.InitializationStep = 0;
                break;
            default:
                _state.Mask = value;
                break;
        }
    }

    private void WriteOperationControl3(byte value)
    {
        _state.IsPolled = (value & 0x04) != 0;
        if ((value & 0x02) != 0) _state.ReadsInService = (value & 0x01) != 0;
        if ((value & 0x40) != 0) _state.IsSpecialMask = (value & 0x20) != 0;
    }

    private void EndInterrupt(int command, int input)
    {
        int ended = (command & 2) != 0 ? input : HighestOf(_state.InService);
        switch (command)
        {
            case 1 or 5 when ended >= 0: // Non-specific end, 5: and rotate.
            case 3 or 7: // Specific end, 7: and rotate.
                _state.InService &= (byte)~(1 << ended);
                if (command >= 5) _state.LowestPriority = (byte)ended;
                break;
            case 0 or 4:
                _state.RotatesOnAutomaticEnd = command == 4;
                break;
            case 6:
                _state.LowestPriority = (byte)input;
                break;
        }
    }

    /// <summary>The set input of highest priority, or -1.</summary>
    private int HighestOf(byte inputs)
    {
        if (inputs == 0) return -1;
        int first = (_state.LowestPriority + 1) & 7;
        int rotated = ((inputs >> first) | (inputs << (8 - first))) & 0xFF;
        return (BitOperations.TrailingZeroCount(rotated) + first) & 7;
    }

    private int HighestRequest()
    {
        int request = HighestOf((byte)(_state.Requests & ~_state.Mask));
        if (request < 0) return -1;

        byte blocking = _state.InService;
        if (_state.IsSpecialMask) blocking &= (byte)~_state.Mask;
        if (_state.IsSpecialFullyNested) blocking &= (byte)~(1 << request);
        int served = HighestOf(blocking);
        return served < 0 || Rank(request) < Rank(served) ? request : -1;
    }

    private int Rank(int input) => (input - _state.LowestPriority - 1) & 7;

    private void UpdateOutput()
    {
        bool before = HasInterrupt;
        HasInterrupt = HighestRequest() >= 0;
        if (HasInterrupt != before) outputChanged();
    }
}
