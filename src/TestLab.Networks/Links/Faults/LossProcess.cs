using TestLab.Simulation;

namespace TestLab.Networks.Links.Faults;

/// <summary>Decides frame by frame who is lost, by a <see cref="LossModel"/>.</summary>
internal sealed class LossProcess(ulong seed, string path)
{
    private const int Good = 1;
    private const int Bad = 2;

    // The states of the four-state chain, by netem's numbers less one, so that the chain starts in 0 as well.
    private const int ReceivedInGap = 0;
    private const int ReceivedInBurst = 1;
    private const int LostInBurst = 2;
    private const int LostAlone = 3;

    private readonly ChanceStream _losses = new(seed, path, "loss");
    private readonly RandomStream _transitions = new(seed, path, "loss-state");

    /// <summary>States of a chain at most; for the snapshot's sake.</summary>
    public const int StateLimit = 3;

    /// <summary>Where the Markov chain stands; 0 at the start.</summary>
    public int State { get; set; }

    /// <summary>The number of the last random decision.</summary>
    public ulong LastDraw
    {
        get => _losses.Last;
        set => _losses.Last = value;
    }

    public bool Decide(LossModel model, ulong index, VirtualTime departure) => model.Kind switch
    {
        LossKind.None => false,
        LossKind.Random => _losses.Decide(model.Chance, index),
        LossKind.GilbertElliott => DecideTwoState(model, index),
        LossKind.FourState => DecideFourState(model, index),
        LossKind.EveryNth => index >= model.Length && (index - model.Length) % model.Pattern == 0,
        LossKind.Mask => DecideMask(model, index),
        _ => (ulong)departure.Nanoseconds % model.Pattern - model.Offset < model.Length,
    };

    private static bool DecideMask(LossModel model, ulong index) =>
        (model.Offset != 0 || index < model.Length) && (model.Pattern >> (int)(index % model.Length) & 1) != 0;

    // The state a frame meets decides on it; then the state may change.
    private bool DecideTwoState(LossModel model, ulong index)
    {
        bool isBad = State == Bad;
        Probability loss = isBad ? model.Third : model.Fourth;
        Probability change = isBad ? model.Second : model.First;
        if (change.Hits(_transitions.At(index))) State = isBad ? Good : Bad;
        return loss.Hits(_losses.Draw(Probability.Never, index));
    }

    // The state changes first; a frame is lost if it lands in a state of loss.
    private bool DecideFourState(LossModel model, ulong index)
    {
        ulong draw = _transitions.At(index);
        State = State switch
        {
            ReceivedInGap when model.Fifth.Hits(draw) => LostAlone,
            ReceivedInGap when HitsEither(model.Fifth, model.First, draw) => LostInBurst,
            ReceivedInBurst when model.Fourth.Hits(draw) => LostInBurst,
            LostInBurst when model.Third.Hits(draw) => ReceivedInBurst,
            LostInBurst when HitsEither(model.Third, model.Second, draw) => ReceivedInGap,
            LostAlone => ReceivedInGap,
            var stays => stays,
        };
        return State is LostInBurst or LostAlone;
    }

    private static bool HitsEither(Probability first, Probability second, ulong draw) =>
        first.Threshold + second.Threshold < first.Threshold || draw < first.Threshold + second.Threshold;
}
