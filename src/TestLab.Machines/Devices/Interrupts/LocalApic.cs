using TestLab.Machines.Bus;
using TestLab.Machines.Devices.Clocks;
using TestLab.Simulation;

namespace TestLab.Machines.Devices.Interrupts;

/// <summary>The local APIC of the one processor, in xAPIC mode: registers, priorities, messages; the timer is <see cref="ApicTimer"/>.</summary>
/// <remarks>Source: Intel SDM volume 3, chapter 12. Each register is 32 bits wide on a 16-byte boundary.</remarks>
public sealed class LocalApic : IMemoryDevice, IMessageTarget, ISnapshotable<LocalApicState>
{
    public const ulong DefaultAddress = 0xFEE0_0000;
    public const ulong WindowBytes = 0x1000;

    private const uint Version = 0x0005_0014; // Six local vectors, integrated APIC.
    private const uint SoftwareEnable = 0x100;
    private const uint Masked = 0x1_0000;
    private const uint LevelTriggered = 0x8000;
    private const uint SendIllegalVector = 0x20;
    private const uint ReceiveIllegalVector = 0x40;
    private const ulong GlobalEnable = 0x800;
    private const ulong BootstrapProcessor = 0x100;
    private const ulong AddressBits = 0xFF_FFFF_F000;

    private readonly ApicTimer _timer;
    private LocalApicState _state = LocalApicState.PowerOn;

    public LocalApic(IClock clock, EventQueue events, TimeStampCounter counter, Frequency timerFrequency)
    {
        _timer = new ApicTimer(clock, events, counter, timerFrequency, () => DeliverLocal(LocalVector.Timer));
    }

    private enum Register
    {
        Id = 0x02, Version = 0x03, TaskPriority = 0x08, ArbitrationPriority = 0x09, ProcessorPriority = 0x0A,
        EndOfInterrupt = 0x0B, LogicalDestination = 0x0D, DestinationFormat = 0x0E, Spurious = 0x0F,
        InService = 0x10, TriggerMode = 0x18, Request = 0x20, Error = 0x28, CommandLow = 0x30, CommandHigh = 0x31,
        LocalVectorFirst = 0x32, LocalVectorLast = 0x37, InitialCount = 0x38, CurrentCount = 0x39, Divide = 0x3E,
    }

    private enum LocalVector { Timer, Thermal, Performance, Lint0, Lint1, Error }

    /// <summary>Called with the vector when a level-triggered interrupt has been served.</summary>
    public Action<byte>? InterruptEnded { get; set; }

    /// <summary>Called when the base register has moved, shown or hidden the window.</summary>
    public Action? BaseChanged { get; set; }

    /// <summary>True while a vector waits whose class is above the processor's priority.</summary>
    public bool HasInterrupt { get; private set; }

    public bool IsEnabled => (_state.Base & GlobalEnable) != 0;

    public ulong Address => _state.Base & AddressBits;

    /// <summary>True while interrupts of the legacy controller pass: through LINT0 as ExtINT, or with the APIC switched off.</summary>
    public bool AcceptsLegacy =>
        !IsEnabled || (_state.LocalVectors[(int)LocalVector.Lint0] & (Masked | 0x700)) == 0x700;

    /// <summary>IA32_APIC_BASE.</summary>
    public ulong Base => _state.Base;

    /// <summary>CR8.</summary>
    public byte TaskPriorityClass
    {
        get => (byte)(_state.TaskPriority >> 4);
        set
        {
            _state.TaskPriority = (byte)(value << 4);
            UpdateOutput();
        }
    }

    /// <summary>IA32_TSC_DEADLINE.</summary>
    public ulong Deadline
    {
        get => _timer.Deadline;
        set => _timer.Deadline = value;
    }

    private byte ProcessorPriority
    {
        get
        {
            int served = HighestOf(_state.InService);
            byte servedClass = (byte)(Math.Max(served, 0) & 0xF0);
            return (_state.TaskPriority & 0xF0) >= servedClass ? _state.TaskPriority : servedClass;
        }
    }

    /// <returns>False where the value is not allowed: x2APIC mode and reserved bits.</returns>
    public bool TrySetBase(ulong value)
    {
        if ((value & ~(AddressBits | GlobalEnable | BootstrapProcessor)) != 0) return false;
        bool wasEnabled = IsEnabled;
        _state.Base = (value & ~BootstrapProcessor) | BootstrapProcessor;
        if (wasEnabled && !IsEnabled) ResetRegisters();
        BaseChanged?.Invoke();
        UpdateOutput();
        return true;
    }

    /// <summary>Takes the waiting vector of highest priority into service; -1 when there is none any more.</summary>
    public int Acknowledge()
    {
        if (!HasInterrupt) return -1;
        int vector = HighestOf(_state.Request);
        Clear(_state.Request, vector);
        Set(_state.InService, vector);
        UpdateOutput();
        return vector;
    }

    /// <summary>Offers a message from outside; true when this APIC is meant and has taken it.</summary>
    public bool Deliver(byte destination, bool isLogical, DeliveryMode mode, byte vector, bool isLevelTriggered)
    {
        if (!IsEnabled || !(isLogical ? IsLogicalMatch(destination) : destination == _state.Id || destination == 0xFF))
            return false;
        return mode is DeliveryMode.Fixed or DeliveryMode.LowestPriority && Accept(vector, isLevelTriggered);
    }

    /// <summary>A message-signalled interrupt (Intel SDM volume 3, 12.11).</summary>
    public void Send(ulong address, uint data)
    {
        if (address >> 20 != DefaultAddress >> 20) return;
        Deliver((byte)(address >> 12), (address & 4) != 0, (DeliveryMode)((data >> 8) & 7), (byte)data, (data & LevelTriggered) != 0);
    }

    public ulong Read(ulong offset, int size) => (ulong)ReadRegister((int)(offset >> 4)) >> (int)(8 * (offset & 3)) & Lane(offset);

    public void Write(ulong offset, ulong value, int size)
    {
        if ((offset & 0xF) == 0) WriteRegister((int)(offset >> 4), (uint)value);
    }

    /// <summary>What firmware leaves behind: the legacy controller reaches the processor through LINT0 (virtual wire).</summary>
    public void SetVirtualWire()
    {
        _state.LocalVectors[(int)LocalVector.Lint0] = 0x700;
        _state.LocalVectors[(int)LocalVector.Lint1] = 0x400;
    }

    public LocalApicState Save() => _state.Copy() with { Timer = _timer.Save() };

    public void Restore(in LocalApicState state)
    {
        _state = state.Copy();
        _timer.Restore(state.Timer);
        BaseChanged?.Invoke();
        UpdateOutput();
    }

    // Bytes 4 to 15 of each 16-byte slot do not exist.
    private static ulong Lane(ulong offset) => (offset & 0xF) < 4 ? ulong.MaxValue : 0;

    private static int HighestOf(uint[] bits)
    {
        for (int word = 7; word >= 0; word--)
            if (bits[word] != 0) return 32 * word + (31 - System.Numerics.BitOperations.LeadingZeroCount(bits[word]));
        return -1;
    }

    private static void Set(uint[] bits, int vector) => bits[vector >> 5] |= 1u << (vector & 31);

    private static void Clear(uint[] bits, int vector) => bits[vector >> 5] &= ~(1u << (vector & 31));

    private static bool IsSet(uint[] bits, int vector) => (bits[vector >> 5] & (1u << (vector & 31))) != 0;

    private uint ReadRegister(int index) => (Register)index switch
    {
        Register.Id => (uint)_state.Id << 24,
        Register.Version => Version,
        Register.TaskPriority => _state.TaskPriority,
        Register.ArbitrationPriority or Register.ProcessorPriority => ProcessorPriority,
        Register.LogicalDestination => _state.LogicalDestination,
        Register.DestinationFormat => _state.DestinationFormat,
        Register.Spurious => _state.Spurious,
        >= Register.InService and < Register.TriggerMode => _state.InService[index & 7],
        >= Register.TriggerMode and < Register.Request => _state.TriggerMode[index & 7],
        >= Register.Request and < Register.Error => _state.Request[index & 7],
        Register.Error => _state.Error,
        Register.CommandLow => _state.CommandLow,
        Register.CommandHigh => _state.CommandHigh,
        >= Register.LocalVectorFirst and <= Register.LocalVectorLast =>
            _state.LocalVectors[index - (int)Register.LocalVectorFirst],
        Register.InitialCount => _timer.InitialCount,
        Register.CurrentCount => _timer.CurrentCount,
        Register.Divide => _timer.Divide,
        _ => 0,
    };

    private void WriteRegister(int index, uint value)
    {
        switch ((Register)index)
        {
            case Register.Id: _state.Id = (byte)(value >> 24); break;
            case Register.TaskPriority: _state.TaskPriority = (byte)value; break;
            case Register.EndOfInterrupt: EndInterrupt(); break;
            case Register.LogicalDestination: _state.LogicalDestination = value & 0xFF00_0000; break;
            case Register.DestinationFormat: _state.DestinationFormat = value | 0x0FFF_FFFF; break;
            case Register.Spurious: WriteSpurious(value); break;
            case Register.Error: (_state.Error, _state.PendingError) = (_state.PendingError, 0); break;
            case Register.CommandLow: SendCommand(value); break;
            case Register.CommandHigh: _state.CommandHigh = value & 0xFF00_0000; break;
            case >= Register.LocalVectorFirst and <= Register.LocalVectorLast:
                WriteLocalVector((LocalVector)(index - (int)Register.LocalVectorFirst), value);
                break;
            case Register.InitialCount: _timer.InitialCount = value; break;
            case Register.Divide: _timer.Divide = value; break;
        }

        UpdateOutput();
    }

    private void WriteSpurious(uint value)
    {
        _state.Spurious = value & 0x1FF;
        if ((value & SoftwareEnable) != 0) return;
        // Switched off by software, every local vector is masked (12.4.7.2).
        for (int entry = 0; entry < _state.LocalVectors.Length; entry++)
            WriteLocalVector((LocalVector)entry, _state.LocalVectors[entry]);
    }

    private void WriteLocalVector(LocalVector entry, uint value)
    {
        uint writable = entry switch
        {
            LocalVector.Timer => 0x7_00FF,
            LocalVector.Lint0 or LocalVector.Lint1 => 0x1_A7FF,
            LocalVector.Error => 0x1_00FF,
            _ => 0x1_07FF,
        };
        uint allowed = value & writable;
        if ((_state.Spurious & SoftwareEnable) == 0) allowed |= Masked;
        _state.LocalVectors[(int)entry] = allowed;
        if (entry == LocalVector.Timer) _timer.Configure((ApicTimerMode)((allowed >> 17) & 3), (allowed & Masked) != 0);
    }

    private void EndInterrupt()
    {
        int vector = HighestOf(_state.InService);
        if (vector < 0) return;
        Clear(_state.InService, vector);
        UpdateOutput();
        if (IsSet(_state.TriggerMode, vector)) InterruptEnded?.Invoke((byte)vector);
    }

    private void SendCommand(uint value)
    {
        _state.CommandLow = value & 0xC_CFFF;
        var mode = (DeliveryMode)((value >> 8) & 7);
        byte destination = (byte)(_state.CommandHigh >> 24);
        byte vector = (byte)value;
        bool reachesSelf = ((value >> 18) & 3) switch
        {
            0 => (value & 0x800) != 0 ? IsLogicalMatch(destination) : destination == _state.Id || destination == 0xFF,
            1 or 2 => true,
            _ => false,
        };
        if (mode is not (DeliveryMode.Fixed or DeliveryMode.LowestPriority)) return; // One processor: none to start.
        if (vector < 16) RaiseError(SendIllegalVector);
        else if (reachesSelf) Accept(vector, isLevelTriggered: false);
    }

    private void DeliverLocal(LocalVector entry)
    {
        uint value = _state.LocalVectors[(int)entry];
        if ((value & Masked) == 0) Accept((byte)value, isLevelTriggered: false);
    }

    private bool Accept(byte vector, bool isLevelTriggered)
    {
        if ((_state.Spurious & SoftwareEnable) == 0) return false;
        if (vector < 16)
        {
            RaiseError(ReceiveIllegalVector);
            return false;
        }

        Set(_state.Request, vector);
        if (isLevelTriggered) Set(_state.TriggerMode, vector);
        else Clear(_state.TriggerMode, vector);
        UpdateOutput();
        return true;
    }

    private void RaiseError(uint error)
    {
        bool isNew = (_state.PendingError & error) == 0;
        _state.PendingError |= error;
        // The error vector may be illegal itself; the second time the error is known already.
        if (isNew) DeliverLocal(LocalVector.Error);
    }

    private bool IsLogicalMatch(byte destination)
    {
        byte own = (byte)(_state.LogicalDestination >> 24);
        bool isFlat = _state.DestinationFormat >> 28 == 0xF;
        return isFlat
            ? (destination & own) != 0
            : destination == 0xFF || (destination >> 4 == own >> 4 && (destination & own & 0xF) != 0);
    }

    private void ResetRegisters()
    {
        ulong address = _state.Base;
        _state = LocalApicState.PowerOn.Copy() with { Base = address };
        _timer.Restore(_state.Timer);
    }

    private void UpdateOutput()
    {
        int request = HighestOf(_state.Request);
        HasInterrupt = IsEnabled && request >= 0 && request >> 4 > ProcessorPriority >> 4;
    }
}
