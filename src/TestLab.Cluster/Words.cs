using TestLab.Images;
using TestLab.Machines.Boot;
using TestLab.Networks.Host;
using TestLab.Networks.Outside;
using TestLab.Simulation.Execution;

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
        string message = cause.Message.ReplaceLineEndings(" ");
        return IsForUsers(cause) ? message : $"{cause.GetType().Name}: {message}";
    }

    private static bool IsForUsers(Exception error) =>
        error is IOException or UnauthorizedAccessException or InvalidDataException or ImageException or BootException
        or OutsideException or OutsideLogException
        || (error is ProcessFailedException { InnerException: { } inner } && IsForUsers(inner));
}
