using TestLab.Labs.Grammar;
using TestLab.Labs.Links;
using TestLab.Labs.Plans;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Cells;

/// <summary>Puts the figures of links together: the network's, the profile's, the card's own.</summary>
internal sealed class LinkBuilder
{
    private readonly Dictionary<string, NamedValue<LinkSettings>> _own = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LinkProfile> _resolved = new(StringComparer.Ordinal);
    private readonly ILinkProfiles _profiles;
    private readonly ProblemList _problems;
    private readonly List<string> _path = [];

    public LinkBuilder(IReadOnlyList<NamedValue<LinkSettings>> own, ILinkProfiles profiles, ProblemList problems)
    {
        foreach (NamedValue<LinkSettings> profile in own) _own[profile.Name] = profile;
        _profiles = profiles;
        _problems = problems;
        foreach (NamedValue<LinkSettings> profile in own)
        {
            LinkProfile figures = Resolve(profile.Name, profile.Key.Mark);
            Check(figures.Down, profile.Value.Mark);
            Check(figures.Up, profile.Value.Mark);
        }
    }

    /// <summary>The figures of a link on a network, and the profile they come from.</summary>
    public LinkProfile Build(LinkSettings network, LinkSettings card)
    {
        LinkProfile start = Apply(new("", LinkModel.Plain, LinkModel.Plain), network);
        LinkProfile link = Apply(start, card);
        Mark mark = card.IsEmpty ? network.Mark : card.Mark;
        Check(link.Down, mark);
        Check(link.Up, mark);
        return link;
    }

    /// <summary>New figures for a link: the profile's where one is named, else those it began with, and what is given.</summary>
    public LinkFigures Change(LinkPlan link, LinkSettings settings)
    {
        LinkProfile changed = Apply(new(link.Profile ?? "", link.Down, link.Up), settings);
        Check(changed.Down, settings.Mark);
        Check(changed.Up, settings.Mark);
        return new(changed.Down, changed.Up);
    }

    private LinkProfile Apply(LinkProfile under, LinkSettings settings)
    {
        LinkProfile start = settings.Profile is { } name ? Resolve(name, settings.Mark) : under;
        return start with { Down = settings.ApplyDown(start.Down), Up = settings.ApplyUp(start.Up) };
    }

    private LinkProfile Resolve(string name, Mark mark)
    {
        if (_resolved.TryGetValue(name, out LinkProfile? known)) return known;
        if (!_own.TryGetValue(name, out NamedValue<LinkSettings>? own))
        {
            return _profiles.Find(name) ?? new(name, LinkModel.Plain, LinkModel.Plain);
        }
        if (_path.Contains(name))
        {
            string round = string.Join(" -> ", [.. _path.SkipWhile(each => each != name), name]);
            _problems.Add(mark, $"the profiles go in a circle: {round}");
            return new(name, LinkModel.Plain, LinkModel.Plain);
        }
        _path.Add(name);
        LinkProfile figures = Apply(new(name, LinkModel.Plain, LinkModel.Plain), own.Value) with { Name = name };
        _path.Remove(name);
        return _resolved[name] = figures;
    }

    private void Check(LinkModel link, Mark mark)
    {
        if (link.Jitter is { Distribution: JitterDistribution.Uniform } jitter && jitter.Nanoseconds > link.DelayNanoseconds)
        {
            _problems.Add(mark, $"the jitter of {Words.Unit.Duration.Format(jitter.Nanoseconds)} is more than the delay of "
                + $"{Words.Unit.Duration.Format(link.DelayNanoseconds)}: frames would come before they are sent");
        }
        if (link.Trace is not null && link.RateBitsPerSecond > 0) _problems.Add(mark, "a link has a rate or a trace, not both");
        if (link.Queue is { LimitNanoseconds: > 0 } && link is { RateBitsPerSecond: 0, Trace: null })
        {
            _problems.Add(mark, "a queue that is limited by time needs a rate");
        }
    }
}
