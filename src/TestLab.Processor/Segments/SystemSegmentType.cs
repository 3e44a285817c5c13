namespace TestLab.Processor.Segments;

/// <summary>Types of system descriptors (SDM volume 3, table 3-2).</summary>
internal enum SystemSegmentType
{
    AvailableTask16 = 1,
    LocalDescriptorTable = 2,
    BusyTask16 = 3,
    CallGate16 = 4,
    TaskGate = 5,
    InterruptGate16 = 6,
    TrapGate16 = 7,

    /// <summary>Also the 64-bit task state in long mode.</summary>
    AvailableTask32 = 9,
    BusyTask32 = 11,
    CallGate32 = 12,
    InterruptGate32 = 14,
    TrapGate32 = 15,
}

internal static class SystemSegmentTypeExtensions
{
    /// <summary>32-bit, or 64-bit in long mode.</summary>
    public static bool IsWide(this SystemSegmentType type) => ((int)type & 8) != 0;

    public static bool IsInterruptGate(this SystemSegmentType type) =>
        type is SystemSegmentType.InterruptGate16 or SystemSegmentType.InterruptGate32;

    public static bool IsTrapGate(this SystemSegmentType type) =>
        type is SystemSegmentType.TrapGate16 or SystemSegmentType.TrapGate32;

    public static bool IsCallGate(this SystemSegmentType type) =>
        type is SystemSegmentType.CallGate16 or SystemSegmentType.CallGate32;

    public static bool IsAvailableTask(this SystemSegmentType type) =>
        type is SystemSegmentType.AvailableTask16 or SystemSegmentType.AvailableTask32;

    public static bool IsBusyTask(this SystemSegmentType type) =>
        type is SystemSegmentType.BusyTask16 or SystemSegmentType.BusyTask32;
}
