using TestLab.Labs.Links;
using TestLab.Networks.Links;
using TestLab.Networks.Links.Delays;
using TestLab.Networks.Links.Faults;
using TestLab.Networks.Links.Queues;
using TestLab.Networks.Links.Rates;
using Chance = TestLab.Networks.Links.Faults.Chance;
using NetworkProbability = TestLab.Networks.Links.Faults.Probability;
using Probability = TestLab.Labs.Links.Probability;

namespace TestLab.Labs.Running;

/// <summary>The figures of a plan as the networks take them; the one place that knows both.</summary>
internal sealed class LinkTranslation(int networkMtuBytes, Func<string, DeliveryTrace> readTrace)
{
    public LinkSettings Settings(LinkModel model) => new()
    {
        Rate = new RateSettings
        {
            BitsPerSecond = model.Trace is null ? (long)model.RateBitsPerSecond : RateSettings.Unlimited,
            Layer = model.RateLayer switch
            {
                Links.RateLayer.Frame => Networks.Links.Rates.RateLayer.Frame,
                Links.RateLayer.Ip => Networks.Links.Rates.RateLayer.Ip,
                Links.RateLayer.Payload => Networks.Links.Rates.RateLayer.Payload,
                _ => Networks.Links.Rates.RateLayer.Wire,
            },
            OverheadBytes = model.OverheadBytes,
            Trace = model.Trace is { } trace ? readTrace(trace) : null,
        },
        Queue = model.Queue is { } queue ? Queue(queue) : QueueSettings.Default,
        Delay = Delay(model),
        Loss = Loss(model.Loss),
        Duplicate = Once(model.Duplicate),
        Corrupt = Once(model.Corrupt),
        Reorder = model.Reorder is { } reorder
            ? new ReorderSettings(Of(reorder.Chance, reorder.Correlation), Math.Max(1, reorder.Gap))
            : ReorderSettings.None,
        MtuBytes = model.MtuBytes == 0 ? networkMtuBytes : model.MtuBytes,
    };

    /// <summary>Null where nothing changes by the clock.</summary>
    public LinkTimetable? Timetable(LinkModel model)
    {
        if (model.Schedule.Count == 0) return null;
        LinkSettings settings = Settings(model);
        var entries = new List<LinkTimetableEntry>();
        foreach (LinkChange change in model.Schedule)
        {
            settings = settings with
            {
                Rate = change.RateBitsPerSecond is { } rate ? settings.Rate with { BitsPerSecond = (long)rate } : settings.Rate,
                Delay = Changed(settings.Delay, change),
                Loss = change.Loss is { } loss ? Loss(loss) : settings.Loss,
                HasCarrier = change.IsDown is { } isDown ? !isDown : settings.HasCarrier,
            };
            entries.Add(new LinkTimetableEntry(change.AtNanoseconds, settings));
        }

        return new LinkTimetable([.. entries], model.SchedulePeriodNanoseconds);
    }

    private static DelaySettings Delay(LinkModel model)
    {
        var delay = new DelaySettings { PropagationNanoseconds = model.DelayNanoseconds };
        return model.Jitter is { } jitter ? With(delay, jitter) : delay;
    }

    private static DelaySettings Changed(DelaySettings delay, LinkChange change)
    {
        if (change.DelayNanoseconds is { } propagation) delay = delay with { PropagationNanoseconds = propagation };
        return change.Jitter is { } jitter ? With(delay, jitter) : delay;
    }

    private static DelaySettings With(DelaySettings delay, JitterModel jitter)
    {
        return delay with
        {
            JitterNanoseconds = jitter.Nanoseconds,
            Mode = jitter.Mode == Links.JitterMode.Ordered
                ? Networks.Links.Delays.JitterMode.Ordered
                : Networks.Links.Delays.JitterMode.Independent,
            Distribution = jitter.Distribution switch
            {
                JitterDistribution.Normal => DelayDistribution.Normal,
                JitterDistribution.Pareto => DelayDistribution.Pareto,
                JitterDistribution.ParetoNormal => DelayDistribution.ParetoNormal,
                _ => DelayDistribution.Uniform,
            },
            Correlation = Of(jitter.Correlation),
        };
    }

    private static QueueSettings Queue(QueueModel queue)
    {
        QueueSettings settings = queue.Discipline switch
        {
            QueueDiscipline.CoDel => QueueSettings.CoDel,
            QueueDiscipline.FqCoDel => QueueSettings.FqCoDel,
            QueueDiscipline.Red => new QueueSettings { Kind = QueueKind.Red },
            _ => QueueSettings.Default,
        };
        return settings with
        {
            LimitBytes = queue.LimitBytes == 0 ? settings.LimitBytes : (long)queue.LimitBytes,
            LimitFrames = queue.LimitPackets == 0 ? settings.LimitFrames : queue.LimitPackets,
            LimitNanoseconds = queue.LimitNanoseconds == 0 ? settings.LimitNanoseconds : queue.LimitNanoseconds,
            TargetNanoseconds = Or(queue.TargetNanoseconds, settings.TargetNanoseconds),
            IntervalNanoseconds = Or(queue.IntervalNanoseconds, settings.IntervalNanoseconds),
            Flows = queue.Flows == 0 ? settings.Flows : queue.Flows,
            RedLeastBytes = Or((long)queue.MinBytes, settings.RedLeastBytes),
            RedMostBytes = Or((long)queue.MaxBytes, settings.RedMostBytes),
            RedProbability = queue.Chance == Probability.Zero ? settings.RedProbability : Of(queue.Chance),
            MarksCongestion = queue.MarksCongestion || settings.MarksCongestion,
        };
    }

    private static Networks.Links.Faults.LossModel Loss(Links.LossModel? loss) => loss switch
    {
        null => Networks.Links.Faults.LossModel.None,
        RandomLoss random => Networks.Links.Faults.LossModel.Random(Of(random.Chance, random.Correlation)),
        GilbertLoss gilbert => Networks.Links.Faults.LossModel.GilbertElliott(
            Of(gilbert.P), Of(gilbert.R), Without(gilbert.H), Without(gilbert.K)),
        MarkovLoss markov => Networks.Links.Faults.LossModel.FourState(
            Of(markov.P13), Of(markov.P31), Of(markov.P32), Of(markov.P23), Of(markov.P14)),
        EveryNthLoss every => Networks.Links.Faults.LossModel.EveryNth(every.Count, every.Count - 1),
        ScheduledLoss schedule => Networks.Links.Faults.LossModel.Mask(MaskOf(schedule), repeats: false),
        WindowLoss window => Networks.Links.Faults.LossModel.Window(
            window.EveryNanoseconds, window.AtNanoseconds, window.ForNanoseconds),
        _ => throw new ArgumentOutOfRangeException(nameof(loss), loss, "There is no such loss."),
    };

    private static string MaskOf(ScheduledLoss schedule) => string.Concat(
        Enumerable.Range(1, (int)schedule.Frames[^1]).Select(frame => schedule.Frames.Contains((ulong)frame) ? '1' : '0'));

    private static Chance Once(Probability probability) => Chance.Of(Of(probability));

    private static Chance Of(Probability probability, Probability correlation) => new(Of(probability), Of(correlation));

    private static NetworkProbability Of(Probability probability) =>
        NetworkProbability.OfFraction((decimal)probability.PartsPerBillion / Probability.One);

    private static NetworkProbability Without(Probability probability) =>
        Of(new Probability(Probability.One - probability.PartsPerBillion));

    private static long Or(long value, long otherwise) => value == 0 ? otherwise : value;
}
