using Iced.Intel;

namespace TestLab.Processor.Translation;

/// <summary>Accesses of a unit that probably stay on one page together.</summary>
/// <param name="First">The base register.</param>
/// <param name="Second">The index register.</param>
/// <param name="Page">Page of the displacement.</param>
/// <param name="Write">The direction.</param>
/// <param name="IsWide">More than eight bytes.</param>
internal readonly record struct SlotKey(Register First, Register Second, long Page, bool Write, bool IsWide)
{
    /// <summary>Relative to the stack pointer alone.</summary>
    public bool IsInStack => First is Register.RSP or Register.ESP && Second == Register.None;
}
