using TestLab.Images;
using TestLab.Labs.Grammar;
using TestLab.Labs.Links;
using TestLab.Labs.Plans;
using TestLab.Labs.Yaml;

namespace TestLab.Labs.Cells;

/// <summary>Reads a document cell by cell: variables, machines, names, values, and what they are together.</summary>
internal sealed class LabReader(
    MapNode root, string folder, ILinkProfiles profiles, ImageCatalog? catalog, ProblemList problems)
{
    /// <summary>What is the same in all cells; a variable has no meaning there.</summary>
    private static readonly string[] SameInAllCells = [LabKeys.LabName, LabKeys.ResultsName, LabKeys.MatrixName, LabKeys.VariablesName];

    private readonly HostFiles _files = new(folder);
    private readonly OwnImages _images = new(catalog);

    public LabPlan? Read()
    {
        var matrix = new MatrixReader(problems);
        var cells = new List<CellPlan>();
        LabSyntax? first = null;
        foreach (IReadOnlyList<CellVariable> variables in matrix.Read(root.Find(LabKeys.MatrixName)))
        {
            (LabSyntax lab, CellPlan cell) = ReadCell(variables);
            first ??= lab;
            cells.Add(cell);
            if (problems.IsFull) break;
        }
        if (first is null) return null;
        return new()
        {
            Name = first.Name,
            Folder = folder,
            Matrix = matrix.Variables,
            Cells = cells,
            Results = first.Results,
        };
    }

    private (LabSyntax Lab, CellPlan Cell) ReadCell(IReadOnlyList<CellVariable> variables)
    {
        MapNode lab = Substitute(variables);
        IReadOnlyList<MachineInstance> instances = new MachineExpansion(lab, problems).Expand();
        LabNames names = new NameReader(lab, instances, profiles, problems).Read();
        var reading = new Reading
        {
            Problems = problems,
            Names = names,
            Profiles = profiles,
            Files = _files,
            Images = _images,
        };
        // Templates and declarations are fragments: what is missing in them comes from elsewhere.
        Check(lab, reading);
        MapNode whole = lab with
        {
            Entries = [.. lab.Entries.Select(entry => IsFragment(entry) ? entry with { Value = new MapNode(entry.Value.Mark, []) } : entry)],
        };
        LabKeys.Shape.TryRead(whole, reading, out LabSyntax syntax);
        var machines = new List<(MachineInstance, MachineSyntax)>();
        foreach (MachineInstance instance in instances)
        {
            MachineKeys.Machine.TryRead(instance.Node, reading, out MachineSyntax? machine);
            if (machine is not null) machines.Add((instance, machine));
        }
        return (syntax, new CellBuilder(syntax, profiles, problems).Build(variables, machines));
    }

    private MapNode Substitute(IReadOnlyList<CellVariable> variables)
    {
        IReadOnlyDictionary<string, string> values =
            new VariableReader(root.Find(LabKeys.VariablesName) as MapNode, variables, problems).Read();
        var everywhere = new Substitution(values, [], problems);
        var inMachines = new Substitution(values, Substitution.OfMachine, problems);
        return root with
        {
            Entries =
            [
                .. root.Entries.Select(entry => SameInAllCells.Contains(entry.Key.Text) ? entry
                    : entry with { Value = (IsFragment(entry) || entry.Key.Text == LabKeys.StepsName ? inMachines : everywhere).Apply(entry.Value) }),
            ],
        };
    }

    private static bool IsFragment(MapEntry entry) =>
        entry.Key.Text is LabKeys.DefaultsName or LabKeys.TemplatesName or LabKeys.MachinesName;

    private static void Check(MapNode lab, Reading reading)
    {
        var lenient = new Reading
        {
            Problems = reading.Problems,
            Names = reading.Names,
            Profiles = reading.Profiles,
            Files = reading.Files,
            Images = reading.Images,
            IsFragment = true,
        };
        foreach (MapEntry entry in lab.Entries.Where(IsFragment))
        {
            LabKeys.Shape.Keys.Single(key => key.Name == entry.Key.Text).Shape.ReadAny(entry.Value, lenient);
        }
    }
}
