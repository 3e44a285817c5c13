using TestLab.Images;
using TestLab.Labs.Plans;
using TestLab.Networks.Links.Rates;

namespace TestLab.Labs.Running;

/// <summary>All that a cell needs from the host, read before the run: from then on nothing of the host is looked at.</summary>
public sealed class LabMaterial
{
    private readonly Dictionary<ImagePlan, MachineMaterial> _images = [];
    private readonly Dictionary<string, IReadOnlyList<GuestFile>> _machineFiles = [];
    private readonly Dictionary<int, IReadOnlyList<GuestFile>> _stepFiles = [];
    private readonly Dictionary<string, DeliveryTrace> _traces = [];

    /// <summary>Kernels that were unpacked before.</summary>
    internal UnpackedKernels Kernels { get; } = new();

    public MachineMaterial Of(MachinePlan machine) => _images[machine.Image];

    /// <summary>The images by address, in the order of the machines.</summary>
    public IEnumerable<string> Addresses(CellPlan cell) => cell.Machines.Select(machine => Of(machine).Address);

    internal IReadOnlyList<GuestFile> FilesOf(MachinePlan machine) => _machineFiles.GetValueOrDefault(machine.Name, []);

    internal IReadOnlyList<GuestFile> FilesOf(int step) => _stepFiles.GetValueOrDefault(step, []);

    internal DeliveryTrace Trace(string path) => _traces[path];

    internal void Add(ImagePlan image, MachineMaterial material) => _images[image] = material;

    internal void Add(MachinePlan machine, IReadOnlyList<GuestFile> files) => _machineFiles[machine.Name] = files;

    internal void Add(int step, IReadOnlyList<GuestFile> files) => _stepFiles[step] = files;

    internal void Add(string path, DeliveryTrace trace) => _traces[path] = trace;

    internal bool Has(ImagePlan image) => _images.ContainsKey(image);
}
