namespace TestLab.Images;

/// <summary>
/// An image cannot be had; the message says what failed and <see cref="Remedy"/> what the user can do.
/// </summary>
public class ImageException : Exception
{
    public ImageException(string message, string? remedy = null, Exception? cause = null)
        : base(remedy is null ? message : $"{message}; {remedy}", cause)
    {
        Remedy = remedy;
    }

    /// <summary>What to do about it, in words or as a command; null where nothing is known to help.</summary>
    public string? Remedy { get; }
}

/// <summary>The text is not the name of an image that can be built.</summary>
public sealed class UnknownImageException(string text, string remedy)
    : ImageException($"there is no image \"{text}\"", remedy)
{
    public string Text { get; } = text;
}

/// <summary>A program or file of the host is missing; the remedy is the command that installs it.</summary>
public sealed class MissingToolException(string tool, string package, string? remedy = null)
    : ImageException($"this host has no {tool}", remedy ?? $"install it: apt-get install {package}")
{
    public string Tool { get; } = tool;

    public string Package { get; } = package;
}

/// <summary>A program of the host failed; the message has the command and the last lines that it wrote.</summary>
public sealed class CommandFailedException(string command, int exitCode, string output, string? remedy = null)
    : ImageException($"\"{command}\" failed with exit code {exitCode}: {output}", remedy)
{
    public string Command { get; } = command;

    public int ExitCode { get; } = exitCode;

    public string Output { get; } = output;
}

/// <summary>Packages are not in the archive, do not install, or lack what the image needs of them.</summary>
public sealed class PackageException(IReadOnlyList<string> packages, string problem, string? remedy = null)
    : ImageException($"{(packages.Count == 1 ? "package" : "packages")} {string.Join(", ", packages)}: {problem}", remedy)
{
    public PackageException(string package, string problem, string? remedy = null)
        : this([package], problem, remedy)
    {
    }

    public IReadOnlyList<string> Packages { get; } = packages;
}

/// <summary>A description of an image is wrong, or names a file that cannot be read: the user's to mend.</summary>
public sealed class RecipeException(string problem, string remedy)
    : ImageException(problem, remedy);

/// <summary>A command of a recipe failed while the image was built.</summary>
public sealed class RecipeCommandException(string command, int exitCode, string output)
    : ImageException($"the recipe's command \"{command}\" failed with exit code {exitCode}: {output}")
{
    public string Command { get; } = command;

    public int ExitCode { get; } = exitCode;
}
