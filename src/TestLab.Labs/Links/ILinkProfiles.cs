namespace TestLab.Labs.Links;

/// <summary>The named link profiles that come with the program; a lab file adds its own.</summary>
public interface ILinkProfiles
{
    IReadOnlyCollection<string> Names { get; }

    /// <summary>The figures of a profile; null where there is none of that name.</summary>
    LinkProfile? Find(string name);
}

/// <summary>Named figures for both directions.</summary>
public sealed record LinkProfile(string Name, LinkModel Down, LinkModel Up)
{
    /// <summary>False for the profile of a cable that is out.</summary>
    public bool IsPlugged { get; init; } = true;
}
