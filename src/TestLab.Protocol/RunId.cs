namespace TestLab.Protocol;

/// <summary>The name of one run of a lab in the cluster and in the catalog, such as <c>web-20261128-053000</c>.</summary>
public readonly record struct RunId(string Name)
{
    public override string ToString() => Name;
}
