namespace TestLab.Machines.Control;

/// <summary>What a frame says. Kinds below 64 go to the guest, the others come from it.</summary>
public enum ControlFrameKind : byte
{
    None = 0,

    /// <summary>8 bytes that <see cref="Hello"/> repeats: end all that runs.</summary>
    Reset = 1,

    /// <summary>A program to run: flags, two windows, two counts; folder, words and variables.</summary>
    Start = 2,

    /// <summary>Bytes for a command's standard input, or for a file.</summary>
    Input = 3,

    CloseInput = 4,

    /// <summary>Two words: so many bytes more of output, and of errors.</summary>
    Grant = 5,

    /// <summary>A signal's number, for the command's process group.</summary>
    Signal = 6,

    /// <summary>A window and a path: read a file.</summary>
    Get = 7,

    /// <summary>A mode and a path: write a file.</summary>
    Put = 8,

    /// <summary>A system call: number, six arguments, mask of those that are offsets into the bytes after it.</summary>
    Call = 9,

    /// <summary>The agent is there: the host's 8 bytes or zeros, version and bits, its input window.</summary>
    Hello = 65,

    Output = 66,
    Errors = 67,

    /// <summary>Status as <c>wait</c> gives it, or the call's value; error number, or 0.</summary>
    Ended = 68,

    /// <summary>So many bytes of input were taken.</summary>
    Taken = 69,

    /// <summary>A file's mode, and its size in 8 bytes.</summary>
    Status = 70,
}
