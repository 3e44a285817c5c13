namespace TestLab.Images.RootFileSystem;

/// <summary>A place in a stack of layers: a folder with what is in it, or something that a path ends at.</summary>
internal sealed class LayerNode(LayerNode? parent, string name)
{
    private Dictionary<string, LayerNode>? _children;

    public string Name => name;

    public LayerNode? Parent => parent;

    /// <summary>The number of folders above it.</summary>
    public int Depth { get; } = parent is null ? 0 : parent.Depth + 1;

    /// <summary>The number of the layer that had it, or something in it, last.</summary>
    public int Layer { get; private set; }

    /// <summary>What it is; null: a folder that is there only because something is in it.</summary>
    public LayerFile? File { get; private set; }

    public bool IsFolder => File is null || File.IsFolder;

    public IEnumerable<LayerNode> Children => _children?.Values ?? Enumerable.Empty<LayerNode>();

    /// <summary>From the root, as <c>./usr/bin/env</c>.</summary>
    public string Path => parent is null ? "." : $"{parent.Path}/{name}";

    public LayerNode? Find(string child) => _children?.GetValueOrDefault(child);

    /// <summary>Gives what is there, or makes a folder.</summary>
    public LayerNode Open(string child)
    {
        _children ??= new(StringComparer.Ordinal);
        if (!_children.TryGetValue(child, out LayerNode? node))
        {
            _children.Add(child, node = new LayerNode(this, child));
        }
        return node;
    }

    /// <summary>Puts something here; a folder keeps what is in it, if there was one already.</summary>
    public void Become(LayerFile file, int layer)
    {
        if (!IsFolder || !file.IsFolder)
        {
            _children = null;
        }
        File = file;
        for (LayerNode? node = this; node is not null && node.Layer != layer; node = node.Parent)
        {
            node.Layer = layer;
        }
    }

    /// <summary>Takes away what lower layers had here, but nothing of the layer that hides it.</summary>
    public void Hide(string child, int layer)
    {
        if (Find(child) is not { } node)
        {
            return;
        }
        if (node.Layer == layer)
        {
            node.HideAll(layer);
        }
        else
        {
            _children?.Remove(child);
        }
    }

    /// <summary>Takes away all that lower layers had in this folder.</summary>
    public void HideAll(int layer)
    {
        foreach (string child in Children.Select(node => node.Name).ToArray())
        {
            Hide(child, layer);
        }
    }
}
