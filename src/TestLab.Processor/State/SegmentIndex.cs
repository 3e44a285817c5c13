namespace TestLab.Processor.State;

/// <summary>Segment registers in the order of their encoding; the two system segments follow.</summary>
public enum SegmentIndex
{
    Es,
    Cs,
    Ss,
    Ds,
    Fs,
    Gs,
    LocalDescriptorTable,
    Task,
}
