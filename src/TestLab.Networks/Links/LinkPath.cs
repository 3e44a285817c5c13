namespace TestLab.Networks.Links;

/// <summary>The name of a link in its lab, as "client/wan": the key of its random streams.</summary>
public readonly record struct LinkPath(string Value)
{
    /// <summary>The name of one direction, as "client/wan/down".</summary>
    public string Of(LinkWay way) => way == LinkWay.Down ? $"{Value}/down" : $"{Value}/up";

    public override string ToString() => Value;
}
