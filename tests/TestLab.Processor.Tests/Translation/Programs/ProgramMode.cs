namespace TestLab.Processor.Tests.Translation.Programs;

/// <summary>The mode of the processor that a random program runs in.</summary>
internal enum ProgramMode
{
    Real,
    Protected16,
    Protected32,

    /// <summary>32-bit code under a 64-bit kernel.</summary>
    Compatibility,
    Long,
}
