using System.Diagnostics.CodeAnalysis;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>A map with fixed keys as it was read: what is wrong in it is missing, and has its problem already.</summary>
internal sealed class Fields(MapNode map)
{
    private readonly Dictionary<string, object> _values = new(StringComparer.Ordinal);

    public Mark Mark => map.Mark;

    public MapNode Map => map;

    public void Set(Key key, object value) => _values[key.Name] = value;

    /// <summary>Whether the file has the key, right or wrong.</summary>
    public bool Has(Key key) => map.Find(key.Name) is not null;

    public bool TryGet<T>(Key<T> key, [MaybeNullWhen(false)] out T value)
    {
        if (_values.TryGetValue(key.Name, out object? found) && found is T typed)
        {
            value = typed;
            return true;
        }
        value = default;
        return false;
    }

    public T Get<T>(Key<T> key, T fallback) => TryGet(key, out T? value) ? value : fallback;

    /// <summary>Where the key's value stands; the map's place where it has none.</summary>
    public Mark MarkOf(Key key) => map.Find(key.Name)?.Mark ?? map.Mark;

    /// <summary>Where the key itself stands.</summary>
    public Mark MarkOfKey(Key key)
    {
        foreach (MapEntry entry in map.Entries)
        {
            if (entry.Key.Text == key.Name) return entry.Key.Mark;
        }
        return map.Mark;
    }
}
