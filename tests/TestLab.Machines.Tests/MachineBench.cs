using System.Text;
using TestLab.Machines.Bus;
using TestLab.Machines.Devices.Network;
using TestLab.Machines.Devices.Serial;
using TestLab.Machines.Devices.Storage;
using TestLab.Machines.Devices.Virtio;
using TestLab.Processor.Memory;
using TestLab.Simulation;
using TestLab.Simulation.Processes;

namespace TestLab.Machines.Tests;

/// <summary>A whole machine whose processor sleeps for good, so that a test can play the driver.</summary>
internal sealed class MachineBench : IDisposable
{
    public const ulong MemoryBytes = 16 << 20;
    public const int DiskSectors = 2048;

    public MachineBench(PersonalComputer machine)
    {
        Machine = machine;
        Disk = new OverlayDisk(new MemoryDisk(Array.Empty<byte>()));
        Sleep(Machine);
    }

    public MachineBench(bool sleeps = true, IFrameSink? cable = null)
    {
        byte[] disk = new byte[DiskSectors * IBlockBackend.SectorBytes];
        for (int index = 0; index < disk.Length; index++) disk[index] = (byte)(index / IBlockBackend.SectorBytes + index);
        Disk = new OverlayDisk(new MemoryDisk(disk));
        Machine = new PersonalComputer(new MachineOptions
        {
            MemoryBytes = MemoryBytes,
            Seed = 42,
            SerialPorts = [new Sink(), new Sink()],
            Disks = [Disk],
            Networks = [new NetworkCard(new MacAddress(0x0200_0000_0001), cable ?? Cable)],
            ConsolePorts = [new ConsolePort("", Console), new ConsolePort("testlab.control", Control)],
        });
        if (sleeps) Sleep(Machine);
    }

    public PersonalComputer Machine { get; }

    public OverlayDisk Disk { get; }

    public Sink Cable { get; } = new();

    public Sink Console { get; } = new();

    public Sink Control { get; } = new();

    public ProcessorBus Bus => Machine.Bus;

    public GuestMemory Memory => Machine.Memory;

    /// <summary>HLT with interrupts off: only time passes.</summary>
    public static unsafe void Sleep(PersonalComputer machine) => machine.Processor.State->Halted = true;

    public uint ReadConfig(int slot, int offset, int size = 4)
    {
        Bus.WritePort(0xCF8, 0x8000_0000 | (uint)slot << 11 | (uint)offset & 0xFC, 4);
        return Bus.ReadPort((ushort)(0xCFC + (offset & 3)), size);
    }

    public void WriteConfig(int slot, int offset, uint value, int size = 4)
    {
        Bus.WritePort(0xCF8, 0x8000_0000 | (uint)slot << 11 | (uint)offset & 0xFC, 4);
        Bus.WritePort((ushort)(0xCFC + (offset & 3)), value, size);
    }

    public int SlotOf(ushort deviceType)
    {
        for (int slot = 0; slot < 32; slot++)
            if (ReadConfig(slot, 0) == ((0x1040u + deviceType) << 16 | 0x1AF4)) return slot;
        throw new InvalidOperationException($"no virtio device of type {deviceType}");
    }

    public void Advance(long nanoseconds) => Machine.Run(Machine.Now.After(nanoseconds));

    public void Dispose() => Machine.Dispose();

    /// <summary>Keeps what it is given.</summary>
    internal sealed class Sink : ISerialBackend, IByteSink, IFrameSink
    {
        private readonly List<byte> _bytes = [];

        public List<(VirtualTime Time, byte[] Frame)> Frames { get; } = [];

        public string Text => Encoding.UTF8.GetString([.. _bytes]);

        public void Transmit(byte value) => Write([value]);

        public void Write(ReadOnlySpan<byte> bytes)
        {
            if (_bytes.Count < 1 << 20) _bytes.AddRange(bytes);
        }

        public void Send(VirtualTime time, ReadOnlySpan<byte> frame)
        {
            if (Frames.Count < 4096) Frames.Add((time, frame.ToArray()));
        }
    }
}
