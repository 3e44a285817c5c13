namespace TestLab.Labs.Links;

/// <summary>Which packet a full or slow queue drops.</summary>
public enum QueueDiscipline
{
    /// <summary>The one that comes.</summary>
    DropTail,

    /// <summary>RFC 8289.</summary>
    CoDel,

    /// <summary>RFC 8290.</summary>
    FqCoDel,

    /// <summary>Random early detection.</summary>
    Red,
}
