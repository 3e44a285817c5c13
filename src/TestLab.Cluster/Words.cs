using TestLab.Images;
using TestLab.Machines.Boot;

namespace TestLab.Cluster;

/// <summary>Exceptions for users.</summary>
internal static class Words
{
    /// <summary>Of whatever was cancelled.</summary>
    public const string Stopped = "stopped";

    /// <summary>What went wrong, in one line; the names of programmers only where the message alone would not do.</summary>
    public static string Of(Exception error)
    {
        Exception cause = error is AggregateException { InnerExceptions: [var only] } ? only : error;
        if (cause is OperationCanceledException) return Stopped;
        bool isForUsers = cause is IOException or UnauthorizedAccessException or InvalidDataException
            or ImageException or BootException;
        string message = cause.Message.ReplaceLineEndings(" ");
        return isForUsers ? message : $"{cause.GetType().Name}: {message}";
    }
}
