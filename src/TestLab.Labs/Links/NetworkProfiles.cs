using TestLab.Networks.Links;
using TestLab.Networks.Links.Delays;
using TestLab.Networks.Links.Faults;
using TestLab.Networks.Profiles;
using NetworkLoss = TestLab.Networks.Links.Faults.LossModel;
using NetworkProbability = TestLab.Networks.Links.Faults.Probability;
using NetworkProfile = TestLab.Networks.Profiles.LinkProfile;

namespace TestLab.Labs.Links;

/// <summary>The named profiles of TestLab.Networks, as figures of lab files.</summary>
/// <remarks>"3g@wpt" names a source; "3g" is the first one's.</remarks>
public sealed class NetworkProfiles : ILinkProfiles
{
    public IReadOnlyCollection<string> Names { get; } =
        [.. LinkProfiles.All.Select(profile => profile.Name).Distinct(), .. LinkProfiles.All.Select(profile => profile.FullName)];

    public LinkProfile? Find(string name) => LinkProfiles.TryFind(name, out NetworkProfile? profile)
        ? new(profile.FullName, ToModel(profile.Settings.Down, profile.Settings.DownTimetable), ToModel(profile.Settings.Up, profile.Settings.UpTimetable))
        {
            IsPlugged = profile.Settings.Down.HasCarrier,
        }
        : null;

    private static LinkModel ToModel(LinkSettings settings, LinkTimetable? timetable) => new()
    {
        RateBitsPerSecond = (ulong)settings.Rate.BitsPerSecond,
        DelayNanoseconds = settings.Delay.PropagationNanoseconds,
        Jitter = settings.Delay.JitterNanoseconds > 0 ? ToModel(settings.Delay) : null,
        Loss = ToModel(settings.Loss),
        Schedule = timetable is null ? [] : [.. timetable.Entries.ToArray().Select(ToChange)],
        SchedulePeriodNanoseconds = timetable?.PeriodNanoseconds ?? 0,
    };

    private static LinkChange ToChange(LinkTimetableEntry entry) => new()
    {
        AtNanoseconds = entry.Nanoseconds,
        RateBitsPerSecond = (ulong)entry.Settings.Rate.BitsPerSecond,
        DelayNanoseconds = entry.Settings.Delay.PropagationNanoseconds,
        Jitter = ToModel(entry.Settings.Delay),
    };

    private static JitterModel ToModel(DelaySettings delay) => new()
    {
        Nanoseconds = delay.JitterNanoseconds,
        Mode = delay.Mode == Networks.Links.Delays.JitterMode.Ordered ? JitterMode.Ordered : JitterMode.Independent,
        Distribution = delay.Distribution.Name switch
        {
            "normal" => JitterDistribution.Normal,
            "pareto" => JitterDistribution.Pareto,
            "paretonormal" => JitterDistribution.ParetoNormal,
            _ => JitterDistribution.Uniform,
        },
        Correlation = ToModel(delay.Correlation),
    };

    private static LossModel? ToModel(NetworkLoss loss) => loss.Kind switch
    {
        LossKind.Random when !loss.Chance.Probability.IsNever => new RandomLoss(ToModel(loss.Chance.Probability), ToModel(loss.Chance.Correlation)),
        LossKind.GilbertElliott => new GilbertLoss(
            ToModel(loss.First), ToModel(loss.Second), Inverse(ToModel(loss.Third)), Inverse(ToModel(loss.Fourth))),
        LossKind.FourState => new MarkovLoss(
            ToModel(loss.First), ToModel(loss.Second), ToModel(loss.Third), ToModel(loss.Fourth), ToModel(loss.Fifth)),
        LossKind.EveryNth => new EveryNthLoss(loss.Pattern),
        LossKind.Window => new WindowLoss((long)loss.Pattern, (long)loss.Offset, (long)loss.Length),
        _ => null,
    };

    private static Probability ToModel(NetworkProbability chance) => new((uint)decimal.Round(chance.Percent * 10_000_000));

    // The file has how many survive, the network how many are lost.
    private static Probability Inverse(Probability chance) => new(Probability.One - chance.PartsPerBillion);
}
