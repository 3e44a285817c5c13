using System.Text.Json.Nodes;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>A list; or one item alone, without the list around it.</summary>
internal sealed class ListShape<T>(Shape<T> item, bool isOneAllowed) : Shape<IReadOnlyList<T>>
{
    public override string Noun => isOneAllowed ? $"{item.Noun}, or a list of such" : $"a list, each item {item.Noun}";

    public override bool TryRead(Node node, Reading reading, out IReadOnlyList<T> value)
    {
        value = [];
        if (node is ScalarNode { IsNothing: true }) return true;
        if (node is not ListNode list)
        {
            if (!isOneAllowed)
            {
                reading.Add(node.Mark, $"{Noun}, is expected here, not {node.Kind}");
                return false;
            }
            list = new(node.Mark, [node]);
        }
        var items = new List<T>();
        foreach (Node each in list.Items)
        {
            bool isRead = item.TryRead(each, reading, out T? one);
            // What was read in part is there, so that nobody misses it.
            if (one is not null && (isRead || !typeof(T).IsValueType)) items.Add(one);
        }
        value = items;
        return true;
    }

    public override JsonObject Schema(SchemaDefinitions definitions)
    {
        var list = new JsonObject { ["type"] = "array", ["items"] = item.Schema(definitions) };
        return isOneAllowed
            ? new() { ["anyOf"] = new JsonArray(item.Schema(definitions), list) }
            : list;
    }
}
