namespace TestLab.Networks.Links.Faults;

/// <summary>By which rule frames are lost on the wire. The numbers are stored.</summary>
public enum LossKind
{
    None = 0,
    Random = 1,
    GilbertElliott = 2,
    FourState = 3,
    EveryNth = 4,
    Mask = 5,
    Window = 6,
}
