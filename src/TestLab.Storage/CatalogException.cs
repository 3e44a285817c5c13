namespace TestLab.Storage;

/// <summary>The catalog cannot be read or written; the message names the file and the remedy.</summary>
public sealed class CatalogException : Exception
{
    public CatalogException()
        : this("The catalog cannot be used.")
    {
    }

    public CatalogException(string message)
        : base(message)
    {
    }

    public CatalogException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
