namespace TestLab.Protocol.Wire;

/// <summary>Bytes that are no message, or a message that cannot be bytes.</summary>
public sealed class MessageFormatException : Exception
{
    public MessageFormatException()
        : this("The message cannot be read.")
    {
    }

    public MessageFormatException(string message)
        : base(message)
    {
    }

    public MessageFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
