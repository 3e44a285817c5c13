namespace TestLab.Networks.Packets;

/// <summary>How a question ended (RFC 1035, 4.1.1; RFC 6891).</summary>
public enum DnsResponseCode : byte
{
    None = 0,
    FormatError = 1,
    ServerFailure = 2,
    NoSuchName = 3,
    NotImplemented = 4,
    Refused = 5,

    /// <summary>An unknown version of the extension; its upper bits are in the option's record.</summary>
    BadVersion = 16,
}
