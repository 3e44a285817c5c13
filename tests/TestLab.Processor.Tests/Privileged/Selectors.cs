using static TestLab.Processor.Tests.Privileged.SystemMachine;

namespace TestLab.Processor.Tests.Privileged;

/// <summary>The descriptors of <see cref="SystemMachine"/>.</summary>
public static class Selectors
{
    public const ushort Code = 0x08;
    public const ushort Data = 0x10;
    public const ushort UserData = 0x23;
    public const ushort UserCode = 0x2B;
    public const ushort Task = 0x30;
    public const ushort AbsentData = 0x40;
    public const ushort Conforming = 0x48;
    public const ushort ReadOnlyData = 0x50;
    public const ushort ExpandDown = 0x58;
    public const ushort MiddleCode = 0x60;
    public const ushort MiddleData = 0x68;
    public const ushort UserGate = 0x70;
    public const ushort KernelGate = 0x80;
    public const ushort AbsentGate = 0x90;
    public const ushort GateToData = 0xA0;
    public const ushort ParameterGate = 0xB0;
    public const ushort MiddleGate = 0xC0;
    public const ushort OtherTask = 0xD0;
    public const ushort TaskGate = 0xE0;
    public const ushort LocalTable = 0xF0;
    public const ushort ExecuteOnly = 0x100;
    public const ushort NarrowCode = 0x108;
    public const ushort SmallData = 0x110;
    public const ushort NarrowData = 0x118;
    public const ushort NarrowTask = 0x120;
    public const ushort AbsentCode = 0x130;
    public const ushort AbsentTask = 0x138;
    public const ushort CompatibilityCode = 0x148;
    public const ushort AbsentLocalTable = 0x150;
    public const ushort UserConforming = 0x160;
    public const ushort AbsentUserData = 0x16B;
    public const ushort Beyond = 0x300;

    public static IEnumerable<(ushort Selector, ulong Low, ulong High)> Table(bool isLong)
    {
        const uint all = 0xFFFFF;
        int code = isLong ? 0xA : 0xC;
        int wideGate = 12;
        yield return (Code, Segment(0, all, 0x1B, 0, code), 0);
        yield return (Data, Segment(0, all, 0x13, 0, 0xC), 0);
        yield return (0x18, Segment(0, all, 0x1B, 3, 0xC), 0); // Compatibility mode, for SYSRET.
        yield return (UserData, Segment(0, all, 0x13, 3, 0xC), 0);
        yield return (UserCode, Segment(0, all, 0x1B, 3, code), 0);
        yield return (Task, Segment(SystemMachine.Task, 0xFF, 11, 0), 0);
        yield return (AbsentData, Segment(0, all, 0x13, 0, 0xC, present: false), 0);
        yield return (Conforming, Segment(0, all, 0x1F, 0, code), 0);
        yield return (ReadOnlyData, Segment(0, all, 0x11, 0, 0xC), 0);
        yield return (ExpandDown, Segment(0, 0x6FFF, 0x17, 0, 0x4), 0);
        yield return (MiddleCode, Segment(0, all, 0x1B, 1, code), 0);
        yield return (MiddleData, Segment(0, all, 0x13, 1, 0xC), 0);
        yield return (UserGate, Gate(Code, Target, wideGate, 3), 0);
        yield return (KernelGate, Gate(Code, Target, wideGate, 0), 0);
        yield return (AbsentGate, Gate(Code, Target, wideGate, 3, present: false), 0);
        yield return (GateToData, Gate(Data, Target, wideGate, 3), 0);
        yield return (ParameterGate, Gate(Code, Target, wideGate, 3, count: 2), 0);
        yield return (MiddleGate, Gate(MiddleCode, Target, wideGate, 3), 0);
        yield return (OtherTask, Segment(SystemMachine.OtherTask, 0x67, 9, 0), 0);
        yield return (TaskGate, Gate(OtherTask, 0, 5, 3), 0);
        yield return (LocalTable, Segment(Ldt, 0x3F, 2, 0), 0);
        yield return (ExecuteOnly, Segment(0, all, 0x19, 0, code), 0);
        yield return (NarrowCode, Segment(0, 0xFFFF, 0x1B, 0), 0);
        yield return (SmallData, Segment(SystemMachine.Data, 0xFF, 0x13, 0, 0x4), 0);
        yield return (NarrowData, Segment(0, 0xFFFF, 0x13, 0), 0);
        yield return (NarrowTask, Segment(SystemMachine.NarrowTask, 0x2B, 1, 0), 0);
        yield return (AbsentCode, Segment(0, all, 0x1B, 0, code, present: false), 0);
        yield return (AbsentTask, Segment(SystemMachine.OtherTask, 0x67, 9, 0, present: false), 0);
        yield return (CompatibilityCode, Segment(0, all, 0x1B, 0, 0xC), 0);
        yield return (AbsentLocalTable, Segment(Ldt, 0x3F, 2, 0, present: false), 0);
        yield return (UserConforming, Segment(0, all, 0x1F, 3, code), 0);
        yield return (AbsentUserData, Segment(0, all, 0x13, 3, 0xC, present: false), 0);
    }
}
