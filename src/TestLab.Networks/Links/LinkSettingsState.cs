using TestLab.Networks.Links.Delays;
using TestLab.Networks.Links.Faults;
using TestLab.Networks.Links.Queues;
using TestLab.Networks.Links.Rates;
using TestLab.Simulation;

namespace TestLab.Networks.Links;

/// <summary>Settings as a snapshot has them: a step may have changed what the lab file said.</summary>
internal record struct LinkSettingsState : IState
{
    private LinkSettings? _settings;

    public LinkSettings Settings
    {
        readonly get => _settings ?? LinkSettings.Default;
        set => _settings = value;
    }

    public void Transfer(StateTransfer transfer)
    {
        LinkSettings settings = Settings;
        long pipeline = settings.PipelineNanoseconds;
        int mtu = settings.MtuBytes;
        int gap = settings.Reorder.Gap;
        settings = settings with
        {
            Rate = Transfer(transfer, settings.Rate),
            Queue = Transfer(transfer, settings.Queue),
            Delay = Transfer(transfer, settings.Delay),
            Loss = Transfer(transfer, settings.Loss),
            LossMarksCongestion = Transfer(transfer, settings.LossMarksCongestion),
            Duplicate = Transfer(transfer, settings.Duplicate),
            Corrupt = Transfer(transfer, settings.Corrupt),
            Reorder = new ReorderSettings(Transfer(transfer, settings.Reorder.Chance), Transfer(transfer, gap)),
            IsBlackhole = Transfer(transfer, settings.IsBlackhole),
            HasCarrier = Transfer(transfer, settings.HasCarrier),
            MtuBytes = Transfer(transfer, mtu),
            PipelineNanoseconds = Transfer(transfer, pipeline),
        };
        if (!transfer.IsReading) return;
        try
        {
            settings.Validate();
        }
        catch (ArgumentException wrong)
        {
            throw new SnapshotException($"The snapshot is damaged: {wrong.Message}", wrong);
        }

        Settings = settings;
    }

    private static RateSettings Transfer(StateTransfer transfer, RateSettings rate) => rate with
    {
        BitsPerSecond = Transfer(transfer, rate.BitsPerSecond),
        Layer = Transfer(transfer, rate.Layer),
        OverheadBytes = Transfer(transfer, rate.OverheadBytes),
        MinimumBytes = Transfer(transfer, rate.MinimumBytes),
        CellBytes = Transfer(transfer, rate.CellBytes),
        CellOverheadBytes = Transfer(transfer, rate.CellOverheadBytes),
        Trace = Transfer(transfer, rate.Trace),
    };

    private static DeliveryTrace? Transfer(StateTransfer transfer, DeliveryTrace? trace)
    {
        uint[] milliseconds = trace is null ? [] : trace.Milliseconds.ToArray();
        int count = milliseconds.Length;
        transfer.Count(ref count, DeliveryTrace.OpportunityLimit);
        if (transfer.IsReading) milliseconds = new uint[count];
        transfer.UInt32s(milliseconds);
        if (!transfer.IsReading) return trace;
        try
        {
            return count == 0 ? null : new DeliveryTrace(milliseconds);
        }
        catch (ArgumentException wrong)
        {
            throw new SnapshotException($"The snapshot is damaged: {wrong.Message}", wrong);
        }
    }

    private static QueueSettings Transfer(StateTransfer transfer, QueueSettings queue) => queue with
    {
        Kind = Transfer(transfer, queue.Kind),
        LimitBytes = Transfer(transfer, queue.LimitBytes),
        LimitFrames = (int?)Transfer(transfer, queue.LimitFrames),
        LimitNanoseconds = Transfer(transfer, queue.LimitNanoseconds),
        MarksCongestion = Transfer(transfer, queue.MarksCongestion),
        TargetNanoseconds = Transfer(transfer, queue.TargetNanoseconds),
        IntervalNanoseconds = Transfer(transfer, queue.IntervalNanoseconds),
        Flows = Transfer(transfer, queue.Flows),
        QuantumBytes = Transfer(transfer, queue.QuantumBytes),
        RedLeastBytes = Transfer(transfer, queue.RedLeastBytes),
        RedMostBytes = Transfer(transfer, queue.RedMostBytes),
        RedProbability = Transfer(transfer, queue.RedProbability),
        RedWeightBits = Transfer(transfer, queue.RedWeightBits),
    };

    private static DelaySettings Transfer(StateTransfer transfer, DelaySettings delay) => delay with
    {
        PropagationNanoseconds = Transfer(transfer, delay.PropagationNanoseconds),
        JitterNanoseconds = Transfer(transfer, delay.JitterNanoseconds),
        Mode = Transfer(transfer, delay.Mode),
        Distribution = Transfer(transfer, delay.Distribution),
        Correlation = Transfer(transfer, delay.Correlation),
    };

    // A named distribution by its place among them, a table after them by its values.
    private static DelayDistribution Transfer(StateTransfer transfer, DelayDistribution distribution)
    {
        IReadOnlyList<DelayDistribution> named = DelayDistribution.Named;
        int place = named.TakeWhile(other => other.Name != distribution.Name).Count();
        transfer.Count(ref place, named.Count);
        if (place < named.Count) return named[place];

        int[] edges = transfer.IsReading ? [] : distribution.Edges.ToArray();
        int count = edges.Length;
        transfer.Count(ref count, DelayDistribution.TableLimit);
        short[] values = new short[count];
        for (int i = 0; i < count; i++)
        {
            int value = transfer.IsReading ? 0 : edges[i] * DelayDistribution.TableScale / (int)DelayDistribution.One;
            transfer.Int32(ref value);
            transfer.Require(value is >= short.MinValue and <= short.MaxValue, "a delay is out of its table's range");
            values[i] = (short)value;
        }

        try
        {
            return DelayDistribution.OfTable(values);
        }
        catch (ArgumentException wrong)
        {
            throw new SnapshotException($"The snapshot is damaged: {wrong.Message}", wrong);
        }
    }

    private static LossModel Transfer(StateTransfer transfer, LossModel loss)
    {
        LossKind kind = Transfer(transfer, loss.Kind);
        Chance chance = Transfer(transfer, loss.Chance);
        Span<ulong> thresholds =
        [
            loss.First.Threshold, loss.Second.Threshold, loss.Third.Threshold, loss.Fourth.Threshold, loss.Fifth.Threshold,
        ];
        transfer.UInt64s(thresholds);
        (ulong pattern, ulong length, ulong offset) = (loss.Pattern, loss.Length, loss.Offset);
        transfer.UInt64(ref pattern);
        transfer.UInt64(ref length);
        transfer.UInt64(ref offset);
        return LossModel.OfParts(kind, chance, thresholds, pattern, length, offset);
    }

    private static Chance Transfer(StateTransfer transfer, Chance chance) =>
        new(Transfer(transfer, chance.Probability), Transfer(transfer, chance.Correlation));

    private static Probability Transfer(StateTransfer transfer, Probability probability)
    {
        ulong threshold = probability.Threshold;
        transfer.UInt64(ref threshold);
        return new Probability(threshold);
    }

    private static long? Transfer(StateTransfer transfer, long? value)
    {
        bool isSet = value is not null;
        long number = value ?? 0;
        transfer.Boolean(ref isSet);
        transfer.Int64(ref number);
        transfer.Require(!isSet || number >= 0, "the limit of a queue is negative");
        return isSet ? number : null;
    }

    private static long Transfer(StateTransfer transfer, long value)
    {
        transfer.Int64(ref value);
        return value;
    }

    private static int Transfer(StateTransfer transfer, int value)
    {
        transfer.Int32(ref value);
        return value;
    }

    private static bool Transfer(StateTransfer transfer, bool value)
    {
        transfer.Boolean(ref value);
        return value;
    }

    private static TEnum Transfer<TEnum>(StateTransfer transfer, TEnum value)
        where TEnum : struct, Enum
    {
        byte number = Convert.ToByte(value);
        transfer.Byte(ref number);
        var read = (TEnum)Enum.ToObject(typeof(TEnum), number);
        transfer.Require(Enum.IsDefined(read), $"{number} is no {typeof(TEnum).Name}");
        return read;
    }
}
