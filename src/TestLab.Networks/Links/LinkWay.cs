namespace TestLab.Networks.Links;

/// <summary>Which of a link's two directions. The numbers are stored.</summary>
public enum LinkWay
{
    /// <summary>Towards the machine whose link it is.</summary>
    Down = 0,

    /// <summary>Away from the machine.</summary>
    Up = 1,
}
