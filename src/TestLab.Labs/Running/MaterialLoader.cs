using System.Security.Cryptography;
using System.Text;
using TestLab.Images;
using TestLab.Labs.Building;
using TestLab.Labs.Plans;
using TestLab.Networks.Links.Rates;

namespace TestLab.Labs.Running;

/// <summary>Gets ready what cells need: builds images that are not there, reads files.</summary>
/// <param name="catalog">Where images are.</param>
/// <param name="folder">The lab's, from which paths of a plan start.</param>
/// <remarks>May be asked from several threads at once: an image that several want is built and read once.</remarks>
public sealed class MaterialLoader(ImageCatalog catalog, string folder)
{
    private const int DefaultMode = 0b110_100_100; // 0644

    private readonly Dictionary<string, Task<MachineMaterial>> _images = [];
    private readonly Lock _lock = new();

    /// <exception cref="ImageException">An image cannot be built; the message says why.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public async Task<LabMaterial> LoadAsync(
        CellPlan cell, IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        var material = new LabMaterial();
        foreach (ImagePlan image in cell.Machines.Select(machine => machine.Image).Distinct())
            material.Add(image, await ProvideAsync(image, progress, cancellation).ConfigureAwait(false));
        foreach (MachinePlan machine in cell.Machines)
            material.Add(machine, [.. machine.Files.SelectMany(Read)]);
        foreach (StepPlan step in cell.Steps)
        {
            if (step.Action is CopyAction { IsToMachine: true } copy)
                material.Add(step.Number, [.. Read(new FilePlan { From = copy.HostPath, To = copy.GuestPath, Sha256 = "" })]);
        }

        foreach (string trace in cell.Links.SelectMany(link => (string?[])[link.Down.Trace, link.Up.Trace]).OfType<string>().Distinct())
            material.Add(trace, DeliveryTrace.Parse(await File.ReadAllTextAsync(PathOf(trace), cancellation).ConfigureAwait(false)));
        return material;
    }

    /// <summary>Gives one image and builds it first where it is missing; progress goes to who asked first.</summary>
    /// <exception cref="ImageException">The image cannot be built; the message says why.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public async Task<MachineMaterial> ProvideAsync(
        ImagePlan plan, IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        string key = CanonicalForm.Key(plan);
        while (true)
        {
            Task<MachineMaterial> image = Begin(key, plan, progress, cancellation);
            try
            {
                return await image.ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                // Who asked first has given up; who waits for the same image goes on.
                Forget(key, image);
            }
        }
    }

    private Task<MachineMaterial> Begin(
        string key, ImagePlan plan, IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (!_images.TryGetValue(key, out Task<MachineMaterial>? image))
                _images.Add(key, image = Task.Run(() => LoadAsync(plan, progress, cancellation), cancellation));
            return image;
        }
    }

    private void Forget(string key, Task<MachineMaterial> image)
    {
        lock (_lock)
        {
            if (_images.TryGetValue(key, out Task<MachineMaterial>? known) && known == image) _images.Remove(key);
        }
    }

    private async Task<MachineMaterial> LoadAsync(
        ImagePlan plan, IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        if (plan is KernelImage kernel) return ReadKernel(kernel);
        if (plan is ImportedImage imported)
        {
            GuestImage image = catalog.FindAt(imported.Address) ?? throw new ImageException(
                $"the image {imported.Name} is not in {catalog.Folder} any more", "import it again: testlab image import");
            return await ReadAsync(image, cancellation).ConfigureAwait(false);
        }
        using var given = new Scratch();
        return await BuildAsync(ImageRecipe.For(SpecificationOf(plan, given.Path)), progress, cancellation).ConfigureAwait(false);
    }

    private async Task<MachineMaterial> BuildAsync(
        ImageRecipe recipe, IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        GuestImage image = await new ImageBuilder(catalog, new BuildMachine())
            .BuildAsync(recipe, rebuild: false, progress, cancellation).ConfigureAwait(false);
        return await ReadAsync(image, cancellation).ConfigureAwait(false);
    }

    private static async Task<MachineMaterial> ReadAsync(GuestImage image, CancellationToken cancellation) => new()
    {
        Kernel = await File.ReadAllBytesAsync(image.KernelPath, cancellation).ConfigureAwait(false),
        Initrd = image.HasInitrd ? await File.ReadAllBytesAsync(image.InitrdPath, cancellation).ConfigureAwait(false) : default,
        CommandLine = image.Manifest.CommandLine,
        Disk = image.DiskPath,
        Label = image.Manifest.Name,
        Address = image.Manifest.Address,
    };

    /// <param name="plan">What the lab file says.</param>
    /// <param name="given">A folder for files that the lab file itself holds.</param>
    private ImageSpecification SpecificationOf(ImagePlan plan, string given) => plan switch
    {
        RecipeImage recipe => new ImageSpecification
        {
            Base = ImageName.Parse(recipe.Base),
            Init = recipe.Init == InitSystem.Systemd ? ImageInit.Systemd : ImageInit.Minimal,
            Packages = recipe.Packages,
            Files = [.. recipe.Files.SelectMany(Read).Select((file, number) => Give(file, Path.Combine(given, $"{number}")))],
            Commands = recipe.Commands,
        },
        ArchiveImage archive => new ImageSpecification
        {
            Base = ImageName.Parse(archive.Kernel),
            Init = archive.Init == InitSystem.Systemd ? ImageInit.Systemd : ImageInit.Minimal,
            Oci = PathOf(archive.Archive),
        },
        _ => throw new ArgumentOutOfRangeException(nameof(plan), plan, "There is no such image."),
    };

    private static ImageFileSource Give(GuestFile file, string path)
    {
        File.WriteAllBytes(path, file.Content.Span);
        return new ImageFileSource(path, file.Path, file.Mode);
    }

    private MachineMaterial ReadKernel(KernelImage image)
    {
        byte[] kernel = File.ReadAllBytes(PathOf(image.Kernel));
        byte[] initrd = image.Initrd is { } path ? File.ReadAllBytes(PathOf(path)) : [];
        string? disk = image.Disk is { } file ? PathOf(file) : null;
        string[] facts =
        [
            $"kernel {HashOf(kernel)}",
            $"initrd {(image.Initrd is null ? "none" : HashOf(initrd))}",
            $"disk {(disk is null ? "none" : HashOfFile(disk))}",
            $"append {image.Append}",
        ];
        return new MachineMaterial
        {
            Kernel = kernel,
            Initrd = initrd,
            CommandLine = image.Append,
            Disk = disk,
            Label = Path.GetFileName(image.Kernel),
            Address = HashOf(Encoding.UTF8.GetBytes(string.Join('\n', facts))),
        };
    }

    private static string HashOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static string HashOfFile(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>A file, or all files of a folder by their relative paths in order.</summary>
    private IEnumerable<GuestFile> Read(FilePlan plan)
    {
        if (plan.Content is { } content)
        {
            yield return new GuestFile(plan.To, Encoding.UTF8.GetBytes(content), plan.Mode ?? DefaultMode);
            yield break;
        }

        string source = PathOf(plan.From ?? "");
        if (!Directory.Exists(source))
        {
            yield return new GuestFile(plan.To, File.ReadAllBytes(source), plan.Mode ?? ModeOf(source));
            yield break;
        }

        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string place = $"{plan.To.TrimEnd('/')}/{Path.GetRelativePath(source, file).Replace('\\', '/')}";
            yield return new GuestFile(place, File.ReadAllBytes(file), plan.Mode ?? ModeOf(file));
        }
    }

    private string PathOf(string path) => Path.GetFullPath(path, folder);

    private static int ModeOf(string file) => OperatingSystem.IsWindows() ? DefaultMode : (int)File.GetUnixFileMode(file);
}
