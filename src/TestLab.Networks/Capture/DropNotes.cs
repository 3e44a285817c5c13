namespace TestLab.Networks.Capture;

/// <summary>How a capture tells of frames that were dropped.</summary>
public enum DropNotes
{
    /// <summary>The next frame says how many are missing before it, and why.</summary>
    Count,

    /// <summary>Also the dropped frame itself, with the cause as its comment.</summary>
    Frames,
}
