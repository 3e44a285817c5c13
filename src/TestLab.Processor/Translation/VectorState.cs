namespace TestLab.Processor.Translation;

/// <summary>What is known, at one place of the code, of the guest's vector registers.</summary>
/// <param name="Loaded">A bit for each register that is in the host's.</param>
/// <param name="Dirty">A bit for each of those that the state does not have yet.</param>
/// <param name="HasControl">The host's MXCSR is the guest's.</param>
internal readonly record struct VectorState(int Loaded, int Dirty, bool HasControl);
