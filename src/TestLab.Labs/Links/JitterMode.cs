namespace TestLab.Labs.Links;

/// <summary>What varying delays do to the order of frames.</summary>
public enum JitterMode
{
    /// <summary>The delay is a function of time whose slope keeps the order.</summary>
    Ordered,

    /// <summary>Drawn for each frame; frames overtake each other.</summary>
    Independent,
}
