namespace TestLab.Networks.Host;

/// <summary>The host does not let a lab out or in; the message is for the user.</summary>
public sealed class OutsideException : Exception
{
    public OutsideException()
        : this("The host has no way out for a lab.")
    {
    }

    public OutsideException(string message)
        : base(message)
    {
    }

    public OutsideException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
