namespace TestLab.Networks.Outside;

/// <summary>A log of the outside is damaged, foreign, or of another run; the message is for the user.</summary>
public sealed class OutsideLogException : Exception
{
    public OutsideLogException()
        : this("The log of the outside is damaged.")
    {
    }

    public OutsideLogException(string message)
        : base(message)
    {
    }

    public OutsideLogException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
