using System.Globalization;
using TestLab.Labs.Links;
using TestLab.Labs.Words;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Grammar;

/// <summary>A queue: a limit in bytes, packets or time; or a discipline; or a map of both.</summary>
internal static class QueueShapes
{
    private const string LimitNoun = "a limit like 64KiB, 100ms or 50packets";
    private const string Packets = "packets";

    private static readonly (string Word, QueueDiscipline Value)[] Disciplines =
    [
        ("drop_tail", QueueDiscipline.DropTail), ("codel", QueueDiscipline.CoDel),
        ("fq_codel", QueueDiscipline.FqCoDel), ("red", QueueDiscipline.Red),
    ];

    private static readonly Key<QueueDiscipline> Kind = new("kind", Scalars.Word("a kind of queue", Disciplines),
        "What is dropped: drop_tail by default.");

    private static readonly Key<IReadOnlyList<QueueModel>> Limit = new("limit", new ListShape<QueueModel>(
        new ScalarShape<QueueModel>(LimitNoun, null, (node, _) => ParseLimit(node.Text)), isOneAllowed: true),
        "How much may wait, in bytes, packets or time; of several the first that is met.");

    private static readonly Key<long> Target = new("target", Scalars.PositiveDuration, "CoDel's target; 5ms by default.");
    private static readonly Key<long> Interval = new("interval", Scalars.PositiveDuration, "CoDel's interval; 100ms by default.");
    private static readonly Key<long> Flows = new("flows", Scalars.Integer("a number of flows", 1, 65_536), "FQ-CoDel's flows; 1024 by default.");
    private static readonly Key<long> Min = new("min", Scalars.Bytes, "RED drops nothing below.");
    private static readonly Key<long> Max = new("max", Scalars.Bytes, "RED drops everything above.");
    private static readonly Key<Probability> Chance = new("chance", Scalars.Probability, "RED's share of drops just below max.");
    private static readonly Key<bool> Ecn = new("ecn", Scalars.Flag, "Mark packets that can be marked instead of dropping them.");

    public static Shape<QueueModel> Queue { get; } = new EitherShape<QueueModel>(
        $"{LimitNoun}, or a kind of queue",
        new ScalarShape<QueueModel>($"{LimitNoun}, or a kind of queue", null, (node, _) => ParseShort(node.Text)),
        new RecordShape<QueueModel>("queue", "a queue", [Kind, Limit, Target, Interval, Flows, Min, Max, Chance, Ecn], Build));

    private static QueueModel Build(Fields fields, Reading reading)
    {
        QueueDiscipline kind = fields.Get(Kind, QueueDiscipline.DropTail);
        Refuse(kind is QueueDiscipline.CoDel or QueueDiscipline.FqCoDel, "codel and fq_codel", Target, Interval);
        Refuse(kind is QueueDiscipline.FqCoDel, "fq_codel", Flows);
        Refuse(kind is QueueDiscipline.Red, "red", Min, Max, Chance);
        QueueModel queue = Merge(fields.Get(Limit, []));
        ulong min = (ulong)fields.Get(Min, 0);
        ulong max = (ulong)fields.Get(Max, 0);
        if (kind is QueueDiscipline.Red && (!fields.Has(Min) || !fields.Has(Max)))
        {
            reading.Add(fields.Mark, "a red queue needs the keys min and max");
        }
        else if (kind is QueueDiscipline.Red && min >= max && max > 0)
        {
            reading.Add(fields.MarkOf(Min), "min must be less than max");
        }
        return queue with
        {
            Discipline = kind,
            TargetNanoseconds = fields.Get(Target, 0),
            IntervalNanoseconds = fields.Get(Interval, 0),
            Flows = (int)fields.Get(Flows, 0),
            MinBytes = min,
            MaxBytes = max,
            Chance = fields.Get(Chance, kind is QueueDiscipline.Red ? new Probability(Probability.One / 50) : default),
            MarksCongestion = fields.Get(Ecn, false),
        };

        void Refuse(bool isAllowed, string kinds, params Key[] keys)
        {
            foreach (Key key in keys.Where(key => !isAllowed && fields.Has(key)))
            {
                reading.Add(fields.MarkOfKey(key), $"{key.Name} belongs to a queue of kind {kinds}");
            }
        }
    }

    private static QueueModel Merge(IReadOnlyList<QueueModel> limits) => limits.Aggregate(new QueueModel(), (all, one) => all with
    {
        LimitBytes = one.LimitBytes > 0 ? one.LimitBytes : all.LimitBytes,
        LimitPackets = one.LimitPackets > 0 ? one.LimitPackets : all.LimitPackets,
        LimitNanoseconds = one.LimitNanoseconds > 0 ? one.LimitNanoseconds : all.LimitNanoseconds,
    });

    private static Parsed<QueueModel> ParseShort(string text)
    {
        foreach ((string word, QueueDiscipline discipline) in Disciplines)
        {
            if (word != text) continue;
            if (discipline is QueueDiscipline.Red) return new WrongText("a red queue is a map with the keys kind, min and max");
            return new QueueModel { Discipline = discipline };
        }
        Parsed<QueueModel> limit = ParseLimit(text);
        bool isWord = text.Length > 0 && char.IsAsciiLetter(text[0]);
        return limit.Error is null || !isWord ? limit
            : new WrongText($"{Quote.Of(text)} is neither {LimitNoun} nor a kind of queue; "
                + Quote.Remedy(text, [.. Disciplines.Select(each => each.Word)]));
    }

    private static Parsed<QueueModel> ParseLimit(string text)
    {
        string trimmed = text.Trim();
        if (trimmed.EndsWith(Packets, StringComparison.Ordinal)
            && int.TryParse(trimmed.AsSpan()[..^Packets.Length].TrimEnd(), NumberStyles.None, CultureInfo.InvariantCulture, out int packets)
            && packets is > 0 and <= 10_000_000)
        {
            return new QueueModel { LimitPackets = packets };
        }
        long value;
        string? error;
        if (trimmed.EndsWith('B') && Unit.Size.TryParse(trimmed, out value, out error)) return new QueueModel { LimitBytes = (ulong)value };
        if (trimmed.EndsWith('s') && Unit.Duration.TryParse(trimmed, out value, out error)) return new QueueModel { LimitNanoseconds = value };
        return new WrongText($"{Quote.Of(text)} is not {LimitNoun}");
    }
}
