namespace TestLab.Networks.Links.Queues;

/// <summary>Who decides which waiting frame is dropped. The numbers are stored.</summary>
public enum QueueKind
{
    /// <summary>A full queue takes no more.</summary>
    DropTail = 0,

    /// <summary>Frames that have waited too long for too long are dropped, ever more often: RFC 8289.</summary>
    CoDel = 1,

    /// <summary>A queue with CoDel for each flow, served in turn: RFC 8290.</summary>
    FqCoDel = 2,

    /// <summary>The longer the queue on average, the likelier a drop: Floyd and Jacobson, 1993.</summary>
    Red = 3,
}
