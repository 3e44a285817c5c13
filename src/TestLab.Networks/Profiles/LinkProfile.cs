using TestLab.Networks.Links;

namespace TestLab.Networks.Profiles;

/// <summary>Settings of both directions by a name that people know, and who says that they are so.</summary>
/// <param name="Name">As "3g".</param>
/// <param name="Source">As "wpt"; several sources give figures to one name.</param>
public sealed record LinkProfile(string Name, string Source, DuplexSettings Settings)
{
    /// <summary>As "3g@wpt".</summary>
    public string FullName => $"{Name}@{Source}";

    /// <summary>Where the figures stand.</summary>
    public string Origin => LinkProfiles.OriginOf(Source);
}
