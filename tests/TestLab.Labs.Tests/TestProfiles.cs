using TestLab.Labs.Links;

namespace TestLab.Labs.Tests;

/// <summary>Two profiles whose figures the tests know.</summary>
internal sealed class TestProfiles : ILinkProfiles
{
    public static LinkModel DslDown { get; } = new() { RateBitsPerSecond = 1_500_000, DelayNanoseconds = 25_000_000 };

    public static LinkModel DslUp { get; } = new() { RateBitsPerSecond = 384_000, DelayNanoseconds = 25_000_000 };

    public IReadOnlyCollection<string> Names => ["dsl@wpt", "3g@wpt", "lan-100m"];

    public LinkProfile? Find(string name) => name switch
    {
        "dsl@wpt" => new(name, DslDown, DslUp),
        "3g@wpt" or "lan-100m" => new(name, new() { RateBitsPerSecond = 100_000_000 }, new() { RateBitsPerSecond = 100_000_000 }),
        _ => null,
    };
}
