using TestLab.Protocol;
using TestLab.Protocol.Runs;

namespace TestLab.Cli.Runs;

internal sealed class CellPicture(string name)
{
    private readonly Dictionary<string, MachinePicture> _byName = [];

    public string Name => name;

    public bool HasStarted { get; private set; }

    public List<MachinePicture> Machines { get; } = [];

    /// <summary>In their order; the first is number 1.</summary>
    public List<StepPicture> Steps { get; } = [];

    /// <summary>The links that are known, in the order of the lab.</summary>
    public IReadOnlyList<LinkProgress> Links { get; private set; } = [];

    /// <summary>All links, known or not.</summary>
    public int LinkCount { get; private set; }

    public long VirtualNanoseconds { get; private set; }

    public long HostMilliseconds { get; private set; }

    public RunVerdict? Verdict { get; set; }

    public void Start(IReadOnlyList<string> machines, IReadOnlyList<string> steps)
    {
        HasStarted = true;
        foreach (string machine in machines) Machine(machine);
        for (int number = 1; number <= steps.Count; number++) Step(number).Name = steps[number - 1];
    }

    public void Progress(CellProgressed progress) =>
        (VirtualNanoseconds, HostMilliseconds) = (progress.VirtualNanoseconds, progress.HostMilliseconds);

    public void Progress(LinksProgressed progress) => (Links, LinkCount) = (progress.Links, progress.Count);

    public MachinePicture Machine(string machine)
    {
        if (_byName.TryGetValue(machine, out MachinePicture? known)) return known;
        var picture = new MachinePicture(machine);
        Machines.Add(picture);
        _byName.Add(machine, picture);
        return picture;
    }

    public StepPicture Step(int number)
    {
        while (Steps.Count < number) Steps.Add(new StepPicture());
        return Steps[number - 1];
    }
}
