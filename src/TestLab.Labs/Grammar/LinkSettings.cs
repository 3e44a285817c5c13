using TestLab.Labs.Links;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>What a lab file says of a link, as changes to figures that come from elsewhere.</summary>
internal sealed record LinkSettings
{
    public static LinkSettings None { get; } = new();

    public Mark Mark { get; init; }

    /// <summary>Where the figures start from; null: from what is there.</summary>
    public string? Profile { get; init; }

    public IReadOnlyList<Func<LinkModel, LinkModel>> Both { get; init; } = [];

    public IReadOnlyList<Func<LinkModel, LinkModel>> Down { get; init; } = [];

    public IReadOnlyList<Func<LinkModel, LinkModel>> Up { get; init; } = [];

    public bool IsEmpty => Profile is null && Both.Count == 0 && Down.Count == 0 && Up.Count == 0;

    public LinkModel ApplyDown(LinkModel model) => Apply(Apply(model, Both), Down);

    public LinkModel ApplyUp(LinkModel model) => Apply(Apply(model, Both), Up);

    private static LinkModel Apply(LinkModel model, IReadOnlyList<Func<LinkModel, LinkModel>> changes) =>
        changes.Aggregate(model, (figures, change) => change(figures));
}
