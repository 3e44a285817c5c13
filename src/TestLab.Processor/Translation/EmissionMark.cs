using TestLab.Processor.Translation.StatusFlags;

namespace TestLab.Processor.Translation;

/// <summary>A place to come back to, where what was written since is taken back.</summary>
internal readonly record struct EmissionMark(nint Position, FlagState Flags, VectorState Vectors, int Exits, int Edges);
