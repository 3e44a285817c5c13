namespace TestLab.Images;

/// <summary>Finds what is wrong with a description before anything is built.</summary>
internal static class RecipeCheck
{
    /// <exception cref="RecipeException">Something is.</exception>
    public static void Check(ImageSpecification image)
    {
        if (image.Kernel is null && image.Initrd is not null)
        {
            throw new RecipeException("an initrd without a kernel", "name the kernel, or leave the initrd out");
        }
        if (image.Disk is not null && image.Oci is not null)
        {
            throw new RecipeException("a disk and an OCI archive exclude each other", "leave one of them out");
        }
        bool isOwn = (image.Kernel ?? image.Disk) is not null;
        if (isOwn && (image.HasAdditions || image.Oci is not null))
        {
            throw new RecipeException(
                "nothing can be added to a kernel or disk of your own",
                "leave packages, files, commands and the OCI archive out, or copy files in a step");
        }
        if (image.Oci is not null && image.HasAdditions)
        {
            throw new RecipeException(
                "nothing can be added to an OCI archive", "build it with what it needs, or copy files in a step");
        }
        bool isTiny = image.Base.Base == ImageBase.Tiny && image.Oci is null;
        if (isTiny && image.Packages.Count + image.Commands.Count > 0)
        {
            // Packages without their scripts lack users, links and caches: they would fail in ways hard to see.
            throw new RecipeException(
                $"{image.Base} has no package manager and no disk",
                $"base it on debian:{image.Base.Release.Word}; with the minimal init it is ready about as soon");
        }
        if (image.Packages.FirstOrDefault(name => !IsPackage(name)) is { } package)
        {
            throw new RecipeException($"\"{package}\" is no name of a package", "write names as apt knows them");
        }
        foreach (ImageFileSource file in image.Files)
        {
            CheckFile(file);
        }
    }

    /// <exception cref="RecipeException">It cannot be read.</exception>
    public static FileStream Open(string what, string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            string problem = Directory.Exists(path) ? "it is a folder" : File.Exists(path) ? cause.Message : "no such file";
            throw new RecipeException($"{what} {path}: {problem}", "name a file that is there");
        }
    }

    private static void CheckFile(ImageFileSource file)
    {
        string path = file.GuestPath;
        bool isPlain = path.StartsWith('/') && !path.EndsWith('/') && !path.Any(char.IsControl)
            && path.Split('/')[1..].All(part => part is not ("" or "." or ".."));
        if (!isPlain)
        {
            throw new RecipeException($"\"{path}\" is no place for a file", "write an absolute path without . and ..");
        }
        if (file.Mode is < 0 or > 0xFFF)
        {
            throw new RecipeException($"{path}: the mode is more than 7777", "write four octal digits");
        }
        Open("file", file.HostPath).Dispose();
    }

    private static bool IsPackage(string name)
        => name.Length > 1 && char.IsAsciiLetterOrDigit(name[0])
            && name.All(letter => char.IsAsciiLetterOrDigit(letter) || "+-.:=~".Contains(letter, StringComparison.Ordinal));
}
