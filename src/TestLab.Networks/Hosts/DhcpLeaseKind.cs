namespace TestLab.Networks.Hosts;

/// <summary>How an address of the pool is taken.</summary>
internal enum DhcpLeaseKind : byte
{
    /// <summary>Offered, until the client decides.</summary>
    Offered,

    /// <summary>In use.</summary>
    Bound,

    /// <summary>A client found somebody else there.</summary>
    Declined,
}
