using TestLab.Images;
using TestLab.Labs;
using TestLab.Labs.Links;
using TestLab.Labs.Plans;
using TestLab.Protocol.Cells;
using TestLab.Protocol.Runs;

namespace TestLab.Cluster.Cells;

/// <summary>Reads lab files again where they are needed: a plan is too large for a message.</summary>
internal static class CellReading
{
    /// <summary>The lab with the cells that the command chooses.</summary>
    /// <exception cref="InvalidDataException">The file has errors, or there is no such cell.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static LabPlan Read(StartRun command, ImageCatalog catalog)
    {
        LabPlan lab = Read(command.LabFile, catalog);
        IReadOnlyList<CellPlan> cells = CellFilter.Choose(lab, command.Only, out string? error);
        if (error is not null) throw new InvalidDataException(error);
        return lab with { Cells = cells };
    }

    /// <summary>The one cell, with the seed it is to have.</summary>
    /// <exception cref="InvalidDataException">The file has errors, or there is no such cell any more.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static CellPlan Read(RunCell command, ImageCatalog catalog, out string folder)
    {
        LabPlan lab = Read(command.LabFile, catalog);
        folder = lab.Folder;
        CellPlan cell = lab.Cells.FirstOrDefault(cell => cell.Name == command.Cell.Cell)
            ?? throw new InvalidDataException($"{command.LabFile} has no cell {command.Cell.Cell} any more");
        return command.Seed is { } seed ? cell with { Seed = seed } : cell;
    }

    private static LabPlan Read(string file, ImageCatalog catalog)
    {
        LabReading reading = LabFile.Read(file, new NetworkProfiles(), catalog);
        return reading.Plan ?? throw new InvalidDataException(reading.Problems[0].ToString());
    }
}
