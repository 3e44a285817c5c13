namespace TestLab.Processor.Tests.Translation.Emitted;

/// <summary>What a common routine does that fills an access slot.</summary>
/// <param name="Size">Bytes of the access that it checks.</param>
/// <param name="SlotBytes">Bytes of the largest access that the slot admits afterwards.</param>
/// <param name="Write">The direction that it checks.</param>
/// <param name="User">The level whose buffer it looks into.</param>
internal readonly record struct Refill(int Size, int SlotBytes, bool Write, bool User);
