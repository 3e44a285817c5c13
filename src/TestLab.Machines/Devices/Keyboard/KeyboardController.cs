using TestLab.Machines.Bus;
using TestLab.Simulation;

namespace TestLab.Machines.Devices.Keyboard;

/// <summary>An i8042 with nothing plugged in: it tests itself, answers for the missing keyboard, and resets the machine.</summary>
/// <remarks>Source: IBM PS/2 technical reference, keyboard controller; ports by offset: 0 is 60h, 4 is 64h.</remarks>
public sealed class KeyboardController(InterruptLine line, Action reset) : IPortDevice, ISnapshotable<KeyboardControllerState>
{
    private const ushort CommandOffset = 4;
    private const byte OutputFull = 0x01;
    private const byte SystemFlag = 0x04;
    private const byte LastWasCommand = 0x08;
    private const byte Unlocked = 0x10;
    private const byte AuxiliaryFull = 0x20;
    private const byte TimedOut = 0x40;
    private const byte KeyboardInterrupt = 0x01;
    private const byte SelfTestPassed = 0x55;
    private const byte ClockStuckLow = 0x01;
    private const byte Resend = 0xFE;

    private KeyboardControllerState _state = KeyboardControllerState.PowerOn;

    private enum Command : byte
    {
        ReadRam = 0x20, WriteRam = 0x60, DisableAuxiliary = 0xA7, EnableAuxiliary = 0xA8, TestAuxiliary = 0xA9,
        SelfTest = 0xAA, TestKeyboard = 0xAB, DisableKeyboard = 0xAD, EnableKeyboard = 0xAE, ReadInput = 0xC0,
        ReadOutput = 0xD0, WriteOutput = 0xD1, WriteKeyboardBuffer = 0xD2, WriteAuxiliaryBuffer = 0xD3,
        WriteAuxiliary = 0xD4, PulseFirst = 0xF0,
    }

    public byte Read(ushort offset)
    {
        if (offset == CommandOffset) return (byte)(_state.Status | SystemFlag | Unlocked);
        _state.Status &= unchecked((byte)~(OutputFull | AuxiliaryFull | TimedOut));
        DriveLine();
        return _state.Output;
    }

    public void Write(ushort offset, byte value)
    {
        if (offset == CommandOffset) Execute(value);
        else WriteData(value);
        DriveLine();
    }

    public KeyboardControllerState Save() => _state with { Ram = [.. _state.Ram] };

    public void Restore(in KeyboardControllerState state)
    {
        _state = state with { Ram = [.. state.Ram] };
        DriveLine();
    }

    private void Execute(byte value)
    {
        _state.Status |= LastWasCommand;
        _state.PendingCommand = 0;
        switch ((Command)value)
        {
            case >= Command.ReadRam and < (Command)0x40: Answer(_state.Ram[value & 0x1F]); break;
            case >= Command.WriteRam and < (Command)0x80: _state.PendingCommand = value; break;
            case Command.DisableAuxiliary: _state.Ram[0] |= 0x20; break;
            case Command.EnableAuxiliary: _state.Ram[0] &= 0xDF; break;
            case Command.TestAuxiliary: Answer(ClockStuckLow); break; // Nothing there to test.
            case Command.SelfTest: Answer(SelfTestPassed); break;
            case Command.TestKeyboard: Answer(0); break;
            case Command.DisableKeyboard: _state.Ram[0] |= 0x10; break;
            case Command.EnableKeyboard: _state.Ram[0] &= 0xEF; break;
            case Command.ReadInput: Answer(0x80); break;
            case Command.ReadOutput: Answer(_state.OutputPort); break;
            case Command.WriteOutput or Command.WriteKeyboardBuffer or Command.WriteAuxiliaryBuffer or Command.WriteAuxiliary:
                _state.PendingCommand = value;
                break;
            case >= Command.PulseFirst when (value & 1) == 0: reset(); break; // Output line 0 is the processor's reset.
        }
    }

    private void WriteData(byte value)
    {
        byte command = _state.PendingCommand;
        _state.Status &= unchecked((byte)~LastWasCommand);
        _state.PendingCommand = 0;
        switch ((Command)command)
        {
            case >= Command.WriteRam and < (Command)0x80: _state.Ram[command & 0x1F] = value; break;
            case Command.WriteOutput:
                _state.OutputPort = value;
                if ((value & 1) == 0) reset();
                break;
            case Command.WriteKeyboardBuffer or Command.WriteAuxiliaryBuffer: Answer(value); break;
            default: // For the keyboard or mouse, of which there is none: the transmission times out.
                Answer(Resend);
                _state.Status |= TimedOut;
                break;
        }
    }

    private void Answer(byte value)
    {
        _state.Output = value;
        _state.Status |= OutputFull;
    }

    private void DriveLine() => line.Set((_state.Status & OutputFull) != 0 && (_state.Ram[0] & KeyboardInterrupt) != 0);
}
