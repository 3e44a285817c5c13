namespace TestLab.Machines.Boot;

/// <summary>The mode of the processor at the kernel's first instruction.</summary>
public enum EntryMode
{
    /// <summary>32-bit protected mode without paging.</summary>
    Protected32,

    /// <summary>64-bit long mode, the first 4 GiB mapped to themselves.</summary>
    Long64,
}
