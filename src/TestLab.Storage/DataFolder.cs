namespace TestLab.Storage;

/// <summary>Where the program keeps what it must not forget; unlike the cache, nothing here can be made anew.</summary>
public static class DataFolder
{
    /// <summary><c>$TESTLAB_DATA</c>, else <c>$XDG_DATA_HOME/testlab</c>, else <c>~/.local/share/testlab</c>.</summary>
    public static string Path =>
        Variable("TESTLAB_DATA")
        ?? (Variable("XDG_DATA_HOME") is { } data ? System.IO.Path.Combine(data, "testlab") : null)
        ?? System.IO.Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share", "testlab");

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
