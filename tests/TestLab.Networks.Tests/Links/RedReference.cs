using TestLab.Networks.Links.Queues;
using TestLab.Simulation;

namespace TestLab.Networks.Tests.Links;

/// <summary>The algorithm of Floyd and Jacobson's paper, in floating point, with a server of its own.</summary>
internal sealed class RedReference(QueueSettings settings, long serviceNanoseconds, int frameBytes, double bitsPerSecond)
{
    private readonly RandomStream _draws = new(LinkBench.Seed, $"{LinkBench.Path}/up", "red");
    private readonly double _weight = Math.Pow(2, -settings.RedWeightBits);
    private readonly double _probability = (double)settings.RedProbability.Percent / 100;
    private long _free;
    private int _waiting;
    private double _average;
    private long _idleSince;
    private int _count;
    private ulong _drawn;

    public List<ulong> Drops { get; } = [];

    public void Send(long now, ulong number)
    {
        while (_waiting > 0 && _free < now)
        {
            if (--_waiting == 0) _idleSince = _free;
            _free += serviceNanoseconds;
        }

        if (_waiting > 0)
        {
            _average += _weight * (_waiting * frameBytes - _average);
        }
        else
        {
            double packets = Math.Floor((now - _idleSince) / 1e9 * bitsPerSecond / 8_000);
            _average *= Math.Pow(1 - _weight, packets);
        }

        if (IsDropped())
        {
            Drops.Add(number);
            _count = 0;
            return;
        }

        if (_waiting == 0 && _free <= now) (_free, _idleSince) = (now + serviceNanoseconds, now);
        else _waiting++;
    }

    private bool IsDropped()
    {
        if (_average >= settings.RedMostBytes) return true;
        if (_average < settings.RedLeastBytes)
        {
            _count = 0;
            return false;
        }

        _count++;
        double share = _probability * (_average - settings.RedLeastBytes) / (settings.RedMostBytes - settings.RedLeastBytes);
        double draw = _draws.At(_drawn++) / 18_446_744_073_709_551_616.0;
        return _count * share >= 1 || draw < share / (1 - _count * share);
    }
}
