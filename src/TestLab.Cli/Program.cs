using TestLab.Cli;
using TestLab.Cli.Hosting;
using TestLab.Images;
using TestLab.Storage;

try
{
    return CommandLine.Run(args, Console.Out, Console.Error);
}
catch (WrongInputException wrong)
{
    return Fail(ExitCode.WrongInput, wrong.Message);
}
catch (UnknownImageException unknown)
{
    return Fail(ExitCode.WrongInput, unknown.Message);
}
catch (RecipeException wrong)
{
    return Fail(ExitCode.WrongInput, wrong.Message);
}
catch (ImageException failed)
{
    return Fail(ExitCode.MachineryFailed, failed.Message);
}
catch (CatalogException failed)
{
    return Fail(ExitCode.MachineryFailed, failed.Message);
}
catch (ReaderGoneException)
{
    return (int)ExitCode.Interrupted;
}
catch (OperationCanceledException)
{
    return Fail(ExitCode.Interrupted, "interrupted");
}
catch (Exception failed)
{
    // Ours, or the host's: the trace helps whoever mends it, and nobody else.
    if (Environment.GetEnvironmentVariable("TESTLAB_TRACE") is not null) Console.Error.WriteLine(failed);
    string kind = failed is IOException or UnauthorizedAccessException ? "" : $"{failed.GetType().Name}: ";
    return Fail(ExitCode.MachineryFailed, $"{kind}{failed.Message.ReplaceLineEndings(" ")}");
}

static int Fail(ExitCode code, string message)
{
    Console.Error.WriteLine($"testlab: {message}");
    return (int)code;
}
