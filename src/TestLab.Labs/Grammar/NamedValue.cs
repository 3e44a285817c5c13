using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>A value under a name of the user's.</summary>
internal sealed record NamedValue<T>(ScalarNode Key, T Value)
{
    public string Name => Key.Text;
}
