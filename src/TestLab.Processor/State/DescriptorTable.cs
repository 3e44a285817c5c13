namespace TestLab.Processor.State;

/// <summary>GDTR or IDTR.</summary>
public struct DescriptorTable
{
    public ulong Base;
    public ushort Limit;
}
