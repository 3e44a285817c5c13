using TestLab.Labs.Links;
using TestLab.Labs.Words;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>The figures of a link, for one direction or for both.</summary>
internal static class LinkKeys
{
    private const int MtuMin = 576;
    private const int MtuMax = 9000;

    private static readonly Key<long> Rate = new("rate", new ScalarShape<long>(
        "a rate like 10Mbit, or unlimited", $@"[0-9]*\.?[0-9]+ *({Unit.Rate.SuffixPattern})|unlimited", (node, reading) =>
            node.Text == "unlimited" ? 0L : ParseRate(node.Text)), "Bits a second.");

    private static readonly Key<RateLayer> RateLayer = new("rate_layer", Scalars.Word("a layer", ("wire", Links.RateLayer.Wire),
        ("frame", Links.RateLayer.Frame), ("ip", Links.RateLayer.Ip), ("payload", Links.RateLayer.Payload)),
        "Which bytes the rate counts: wire by default.");

    private static readonly Key<long> Overhead = new("overhead", new ScalarShape<long>(
        "a size like 8B", @"[0-9]+ *B", (node, _) => Unit.Size.TryParse(node.Text, out long value, out string? error)
            ? value <= 1000 ? value : new WrongText($"{Quote.Of(node.Text)} is too large; at most 1000B")
            : new WrongText(error)), "Bytes that the rate counts for each frame beside those of its layer.");

    private static readonly Key<long> Delay = new("delay", Scalars.Duration, "One way.");

    private static readonly Key<long> JitterTime = new("time", Scalars.PositiveDuration, "How far delays vary.") { IsRequired = true };

    private static readonly Key<JitterMode> JitterModeKey = new("mode", Scalars.Word("a mode of jitter",
        ("ordered", JitterMode.Ordered), ("independent", JitterMode.Independent)),
        "ordered (the default) keeps the order of frames.");

    private static readonly Key<JitterDistribution> Distribution = new("distribution", Scalars.Word("a distribution",
        ("uniform", JitterDistribution.Uniform), ("normal", JitterDistribution.Normal), ("pareto", JitterDistribution.Pareto),
        ("paretonormal", JitterDistribution.ParetoNormal)), "uniform by default.");

    private static readonly Key<Probability> Correlation = new("correlation", Scalars.Probability,
        "How much each value is like the one before.");

    private static readonly Key<JitterModel> Jitter = new("jitter", new EitherShape<JitterModel>(
        "a duration like 10ms, or a map",
        new ScalarShape<JitterModel>(Unit.Duration.Noun, $@"[0-9]*\.?[0-9]+ *({Unit.Duration.SuffixPattern})", (node, _) =>
            Unit.Duration.TryParse(node.Text, out long value, out string? error)
                ? new JitterModel { Nanoseconds = value }
                : new WrongText(error)),
        new RecordShape<JitterModel>("jitter", "a jitter", [JitterTime, JitterModeKey, Distribution, Correlation], (fields, _) => new()
        {
            Nanoseconds = fields.Get(JitterTime, 0),
            Mode = fields.Get(JitterModeKey, JitterMode.Ordered),
            Distribution = fields.Get(Distribution, JitterDistribution.Uniform),
            Correlation = fields.Get(Correlation, default),
        })), "How the delay varies.");

    private static readonly Key<LossModel> Loss = new("loss", LossShapes.Loss, "Which frames are lost.");

    private static readonly Key<Probability> Duplicate = new("duplicate", Scalars.Probability, "Frames that come twice.");

    private static readonly Key<Probability> Corrupt = new("corrupt", Scalars.Probability, "Frames with one bit turned.");

    private static readonly Key<Probability> Chance = new("chance", Scalars.Probability, "Each frame by itself.") { IsRequired = true };

    private static readonly Key<long> Gap = new("gap", Scalars.Integer("a number of frames", 1, 1_000_000), "Only each so many frames.");

    private static readonly Key<ReorderModel> Reorder = new("reorder", new EitherShape<ReorderModel>(
        "a share like 1%, or a map",
        new ScalarShape<ReorderModel>("a share like 1%", @"[0-9]*\.?[0-9]+ *%", (node, _) =>
        {
            Parsed<Probability> share = Scalars.ParseProbability(node.Text);
            return share.TryGet(out Probability chance) ? new ReorderModel { Chance = chance } : new WrongText(share.Error ?? "");
        }),
        new RecordShape<ReorderModel>("reorder", "a reordering", [Chance, Gap, Correlation], (fields, _) => new()
        {
            Chance = fields.Get(Chance, default),
            Gap = (int)fields.Get(Gap, 0),
            Correlation = fields.Get(Correlation, default),
        })), "Frames that pass those which are delayed.");

    private static readonly Key<QueueModel> Queue = new("queue", QueueShapes.Queue,
        "What waits when frames come faster than the rate: the larger of 64KiB and 100ms by default.");

    public static Key<long> Mtu { get; } = new("mtu", Scalars.Integer("an MTU in bytes", MtuMin, MtuMax), "The largest IP packet, in bytes.");

    private static readonly Key<long> At = new("at", Scalars.Duration, "From the start of the lab, or of the period.") { IsRequired = true };

    private static readonly Key<bool> Blocked = new("blocked", Scalars.Flag, "true: nothing passes from now on.");

    private static readonly Shape<LinkChange> Change = new RecordShape<LinkChange>(
        "change", "a change of figures", [At, Rate, Delay, Jitter, Loss, Blocked], (fields, _) => new()
        {
            AtNanoseconds = fields.Get(At, 0),
            RateBitsPerSecond = fields.TryGet(Rate, out long rate) ? (ulong)rate : null,
            DelayNanoseconds = fields.TryGet(Delay, out long delay) ? delay : null,
            Jitter = fields.TryGet(Jitter, out JitterModel? jitter) ? jitter : null,
            Loss = fields.TryGet(Loss, out LossModel? loss) ? loss : null,
            IsDown = fields.TryGet(Blocked, out bool isBlocked) ? isBlocked : null,
        });

    private static readonly Key<long> Every = new("every", Scalars.PositiveDuration, "When the schedule starts over.") { IsRequired = true };

    private static readonly Key<IReadOnlyList<LinkChange>> Changes = new("changes", new ListShape<LinkChange>(Change, isOneAllowed: false),
        "What changes when.")
    { IsRequired = true };

    private static readonly Shape<IReadOnlyList<LinkChange>> ChangeList = new ListShape<LinkChange>(Change, isOneAllowed: false);

    private static readonly Key<LinkSchedule> Schedule = new("schedule", new EitherShape<LinkSchedule>("a list of changes, or a map",
        null,
        new RecordShape<LinkSchedule>("schedule", "a schedule", [Every, Changes], (fields, reading) =>
            LinkSchedule.Of(fields.Get(Changes, []), fields.Get(Every, 0), fields.Mark, reading)),
        new ConvertedShape<IReadOnlyList<LinkChange>, LinkSchedule>(ChangeList, (changes, mark, reading) =>
            LinkSchedule.Of(changes, 0, mark, reading))), "Figures that change by the clock.");

    private static readonly Key<string> Trace = new("trace", Scalars.HostFile,
        "A file of delivery times in milliseconds, one a line, in place of the rate.");

    private static readonly Key<string> Profile = new("profile", Scalars.Reference("profile", names => names.Profiles),
        "The named figures to start from.");

    private static readonly Key[] Figures =
        [Rate, RateLayer, Overhead, Delay, Jitter, Loss, Duplicate, Corrupt, Reorder, Queue, Mtu, Schedule, Trace];

    private static readonly Shape<IReadOnlyList<Func<LinkModel, LinkModel>>> Direction =
        new RecordShape<IReadOnlyList<Func<LinkModel, LinkModel>>>("direction", "a direction of a link", Figures,
            (fields, _) => [.. ChangesOf(fields)]);

    private static readonly Key<IReadOnlyList<Func<LinkModel, LinkModel>>> Down = new("down", Direction, "To the machine.");

    private static readonly Key<IReadOnlyList<Func<LinkModel, LinkModel>>> Up = new("up", Direction, "From the machine.");

    /// <summary>All keys by which a link is described, wherever it is.</summary>
    public static IReadOnlyList<Key> All { get; } = [Profile, .. Figures, Down, Up];

    public static Shape<LinkSettings> Link { get; } = new RecordShape<LinkSettings>("link", "a link", All, (fields, _) => SettingsOf(fields));

    public static LinkSettings SettingsOf(Fields fields) => new()
    {
        Mark = fields.Mark,
        Profile = fields.TryGet(Profile, out string? profile) ? profile : null,
        Both = [.. ChangesOf(fields)],
        Down = fields.Get(Down, []),
        Up = fields.Get(Up, []),
    };

    private static Parsed<long> ParseRate(string text) =>
        !Unit.Rate.TryParse(text, out long rate, out string? error) ? new WrongText(error)
        : rate is < 8 or > 1_000_000_000_000 ? new WrongText($"{Quote.Of(text)} is no rate from 8bit to 1000Gbit")
        : rate;

    private static IEnumerable<Func<LinkModel, LinkModel>> ChangesOf(Fields fields)
    {
        if (fields.TryGet(Rate, out long rate)) yield return link => link with { RateBitsPerSecond = (ulong)rate };
        if (fields.TryGet(RateLayer, out RateLayer layer)) yield return link => link with { RateLayer = layer };
        if (fields.TryGet(Overhead, out long overhead)) yield return link => link with { OverheadBytes = (int)overhead };
        if (fields.TryGet(Delay, out long delay)) yield return link => link with { DelayNanoseconds = delay };
        if (fields.TryGet(Jitter, out JitterModel? jitter))
        {
            yield return link => link with { Jitter = jitter.Nanoseconds == 0 ? null : jitter };
        }
        if (fields.TryGet(Loss, out LossModel? loss))
        {
            yield return link => link with { Loss = loss is RandomLoss { Chance.PartsPerBillion: 0 } ? null : loss };
        }
        if (fields.TryGet(Duplicate, out Probability duplicate)) yield return link => link with { Duplicate = duplicate };
        if (fields.TryGet(Corrupt, out Probability corrupt)) yield return link => link with { Corrupt = corrupt };
        if (fields.TryGet(Reorder, out ReorderModel? reorder))
        {
            yield return link => link with { Reorder = reorder.Chance.PartsPerBillion == 0 ? null : reorder };
        }
        if (fields.TryGet(Queue, out QueueModel? queue)) yield return link => link with { Queue = queue };
        if (fields.TryGet(Mtu, out long mtu)) yield return link => link with { MtuBytes = (int)mtu };
        if (fields.TryGet(Schedule, out LinkSchedule? schedule))
        {
            yield return link => link with
            {
                Schedule = schedule.Changes,
                SchedulePeriodNanoseconds = schedule.PeriodNanoseconds,
            };
        }
        if (fields.TryGet(Trace, out string? trace)) yield return link => link with { Trace = trace };
    }
}
