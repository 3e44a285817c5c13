namespace TestLab.Cli.Boot;

/// <summary>Says in the user's words why a file that was named cannot be read.</summary>
internal static class InputFile
{
    /// <exception cref="WrongInputException">The file cannot be read.</exception>
    public static void Check(string option, string path)
    {
        if (Directory.Exists(path)) throw new WrongInputException($"{option}: {path} is a folder", "name a file in it");
        if (!File.Exists(path)) throw new WrongInputException($"{option}: there is no file {path}", "check the path");
        try
        {
            using FileStream file = File.OpenRead(path);
            if (file.Length == 0) throw new WrongInputException($"{option}: {path} is empty", "name another file");
        }
        catch (UnauthorizedAccessException)
        {
            throw new WrongInputException($"{option}: {path} cannot be read", "look at its permissions");
        }
    }
}
