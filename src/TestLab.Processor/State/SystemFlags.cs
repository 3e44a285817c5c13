namespace TestLab.Processor.State;

/// <summary>The bits of RFLAGS that are not status flags, in their places.</summary>
[Flags]
public enum SystemFlags : uint
{
    None = 0,
    Trap = 1 << 8,
    Interrupt = 1 << 9,
    Direction = 1 << 10,
    IoPrivilegeLevel = 3 << 12,
    NestedTask = 1 << 14,
    Resume = 1 << 16,
    Virtual8086 = 1 << 17,
    AlignmentCheck = 1 << 18,
    VirtualInterrupt = 1 << 19,
    VirtualInterruptPending = 1 << 20,
    Identification = 1 << 21,
    All = Trap | Interrupt | Direction | IoPrivilegeLevel | NestedTask | Resume | Virtual8086 | AlignmentCheck
        | VirtualInterrupt | VirtualInterruptPending | Identification,
}
