namespace TestLab.Images.Agent;

/// <summary>The services of the kernel that the agent uses, by what they do.</summary>
internal enum SystemCall
{
    ChangeFolder,
    ChangeMode, // fchmod
    Close,
    Duplicate, // dup2
    Execute,
    Exit,
    FileControl, // fcntl
    FileStatus, // fstat, fstat64
    Fork, // vfork: the child borrows the memory until it executes a program
    Kill,
    NewSession,
    Open,
    Pipe, // pipe2
    Poll,
    ProcessId,
    Read,
    Reboot,
    SignalFile, // signalfd4
    SignalMask,
    Synchronize,
    Wait, // wait4
    Write,
}
