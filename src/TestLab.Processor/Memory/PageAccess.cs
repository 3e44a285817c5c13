namespace TestLab.Processor.Memory;

/// <summary>What an access wants of a page.</summary>
[Flags]
public enum PageAccess
{
    Read = 0,
    Write = 1,
    Fetch = 2,
    User = 4,
}

internal static class PageAccessExtensions
{
    public static bool IsWrite(this PageAccess access) => (access & PageAccess.Write) != 0;

    public static bool IsFetch(this PageAccess access) => (access & PageAccess.Fetch) != 0;

    public static bool IsUser(this PageAccess access) => (access & PageAccess.User) != 0;
}
