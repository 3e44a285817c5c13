using TestLab.Labs.Links;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>Which frames are lost: a share, or one of the models.</summary>
internal static class LossShapes
{
    private static readonly Key<Probability> P = new("p", Scalars.Probability, "From the good state to the bad one, for each frame.") { IsRequired = true };
    private static readonly Key<Probability> R = new("r", Scalars.Probability, "Back to the good state; 1/r is the mean burst.") { IsRequired = true };
    private static readonly Key<Probability> H = new("h", Scalars.Probability, "How many frames survive the bad state; 0% by default.");
    private static readonly Key<Probability> K = new("k", Scalars.Probability, "How many frames survive the good state; 100% by default.");

    private static readonly Key<Probability> P13 = new("p13", Scalars.Probability, "From receiving to losing in a burst.") { IsRequired = true };
    private static readonly Key<Probability> P31 = new("p31", Scalars.Probability, "From losing in a burst to receiving.") { IsRequired = true };
    private static readonly Key<Probability> P32 = new("p32", Scalars.Probability, "From losing to receiving within a burst.");
    private static readonly Key<Probability> P23 = new("p23", Scalars.Probability, "From receiving within a burst to losing.");
    private static readonly Key<Probability> P14 = new("p14", Scalars.Probability, "From receiving to a single loss.");

    private static readonly Key<LossModel> Gilbert = new("gilbert", new RecordShape<LossModel>(
        "gilbert", "a Gilbert-Elliott loss", [P, R, H, K], (fields, _) => new GilbertLoss(
            fields.Get(P, default), fields.Get(R, default), fields.Get(H, default), fields.Get(K, Probability.Certain))),
        "Bursts, by the model of Gilbert and Elliott.");

    private static readonly Key<LossModel> Markov = new("markov", new RecordShape<LossModel>(
        "markov", "a four-state loss", [P13, P31, P32, P23, P14], (fields, _) => new MarkovLoss(
            fields.Get(P13, default), fields.Get(P31, default), fields.Get(P32, default), fields.Get(P23, default),
            fields.Get(P14, default))),
        "Bursts, by four states as netem has them.");

    private static readonly Key<long> Every = new("every", Scalars.Integer("a number of frames", 1, 1_000_000_000), "Each n-th frame.");

    private static readonly Key<IReadOnlyList<long>> Schedule = new("schedule", new ListShape<long>(
        Scalars.Integer("the number of a frame", 1, 1_000_000_000_000), isOneAllowed: false), "The frames with these numbers, from 1.");

    private static readonly Key<long> Period = new("every", Scalars.PositiveDuration, "The period.") { IsRequired = true };
    private static readonly Key<long> At = new("at", Scalars.Duration, "Where in the period it begins; 0s by default.");
    private static readonly Key<long> For = new("for", Scalars.PositiveDuration, "How long it lasts.") { IsRequired = true };

    private static readonly Key<LossModel> Window = new("window", new RecordShape<LossModel>("window", "a window of loss", [Period, At, For], (fields, reading) =>
    {
        var window = new WindowLoss(fields.Get(Period, 0), fields.Get(At, 0), fields.Get(For, 0));
        if (window.AtNanoseconds + window.ForNanoseconds > window.EveryNanoseconds && fields.Has(Period))
        {
            reading.Add(fields.Mark, "the window ends behind its period");
        }
        return window;
    }), "All frames for a while, again and again.");

    private static readonly Key<Probability> Chance = new("chance", Scalars.Probability, "Each frame by itself.");

    private static readonly Key<Probability> Correlation = new("correlation", Scalars.Probability,
        "How much each decision of chance is like the one before.");

    private static readonly Key[] Models = [Chance, Gilbert, Markov, Every, Schedule, Window];

    public static Shape<LossModel> Loss { get; } = new EitherShape<LossModel>(
        "a share like 1%, or a model of losses",
        new ScalarShape<LossModel>("a share like 1%", @"[0-9]*\.?[0-9]+ *%", (node, _) =>
        {
            Parsed<Probability> share = Scalars.ParseProbability(node.Text);
            return share.TryGet(out Probability chance) ? new RandomLoss(chance, default) : new WrongText(share.Error ?? "");
        }),
        new RecordShape<LossModel>("loss", "a loss", [Chance, Correlation, Gilbert, Markov, Every, Schedule, Window], Build));

    private static LossModel Build(Fields fields, Reading reading)
    {
        Key[] given = [.. Models.Where(fields.Has)];
        if (given.Length != 1)
        {
            reading.Add(fields.Mark, "a loss has exactly one of the keys chance, gilbert, markov, every, schedule, window");
        }
        else if (fields.Has(Correlation) && given[0] != Chance)
        {
            reading.Add(fields.MarkOfKey(Correlation), "a correlation belongs to a chance");
        }
        if (fields.TryGet(Gilbert, out LossModel? gilbert)) return gilbert;
        if (fields.TryGet(Window, out LossModel? window)) return window;
        if (fields.TryGet(Markov, out LossModel? markov)) return markov;
        if (fields.TryGet(Every, out long every)) return new EveryNthLoss((ulong)every);
        if (fields.TryGet(Schedule, out IReadOnlyList<long>? frames))
        {
            return new ScheduledLoss([.. frames.Select(frame => (ulong)frame).Distinct().Order()]);
        }
        return new RandomLoss(fields.Get(Chance, default), fields.Get(Correlation, default));
    }
}
