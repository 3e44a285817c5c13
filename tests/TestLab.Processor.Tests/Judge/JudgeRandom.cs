using System.Buffers.Binary;

namespace TestLab.Processor.Tests.Judge;

/// <summary>SplitMix64: a stream that is the same on every host and release, because regression cases depend on it.</summary>
public sealed class JudgeRandom(ulong seed)
{
    private const ulong GoldenGamma = 0x9E37_79B9_7F4A_7C15;

    private ulong _state = seed;

    public static ulong Mix(ulong seed, ulong index)
    {
        ulong mixed = seed ^ ((index + 1) * 0xD6E8_FEB8_6659_FD93);
        return new JudgeRandom(mixed).Next();
    }

    public ulong Next()
    {
        ulong z = _state += GoldenGamma;
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }

    public int Below(int limit) => (int)((Next() >> 32) * (ulong)limit >> 32);

    public int Between(int first, int last) => first + Below(last - first + 1);

    public bool Percent(int chance) => Below(100) < chance;

    public T Pick<T>(ReadOnlySpan<T> choices) => choices[Below(choices.Length)];

    public void Fill(Span<byte> target)
    {
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        while (!target.IsEmpty)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, Next());
            int length = Math.Min(target.Length, word.Length);
            word[..length].CopyTo(target);
            target = target[length..];
        }
    }
}
