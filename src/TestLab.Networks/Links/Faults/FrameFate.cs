namespace TestLab.Networks.Links.Faults;

/// <summary>What has been decided about one frame as it leaves the serialiser.</summary>
/// <param name="Index">Its number in the direction, from 0.</param>
/// <param name="IsLost">The loss model takes it.</param>
/// <param name="IsDuplicated">A second copy arrives.</param>
/// <param name="IsCorrupted">One of its bits is turned over.</param>
/// <param name="Overtakes">It skips the delay.</param>
internal readonly record struct FrameFate(ulong Index, bool IsLost, bool IsDuplicated, bool IsCorrupted, bool Overtakes);
