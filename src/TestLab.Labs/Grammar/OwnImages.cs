using TestLab.Images;
using TestLab.Labs.Plans;

namespace TestLab.Labs.Grammar;

/// <summary>The images that the user imported, by name; the cache is looked at when a lab names one.</summary>
/// <param name="catalog">Where they are; null: there are none.</param>
internal sealed class OwnImages(ImageCatalog? catalog)
{
    private Dictionary<string, ImportedImage>? _all;

    public IReadOnlyCollection<string> Names => All.Keys;

    private Dictionary<string, ImportedImage> All => _all ??= Read();

    public ImportedImage? Find(string name) => All.GetValueOrDefault(name);

    private Dictionary<string, ImportedImage> Read()
    {
        var all = new Dictionary<string, ImportedImage>(StringComparer.Ordinal);
        foreach (GuestImage image in catalog?.List() ?? [])
        {
            ImageManifest manifest = image.Manifest;
            if (!ImageLabel.IsValid(manifest.Name)) continue; // A base, or a recipe.
            all.TryAdd(manifest.Name, new()
            {
                Name = manifest.Name,
                Address = manifest.Address,
                MemoryBytes = (ulong)manifest.MemoryMebibytes << 20,
                Init = image.Init switch
                {
                    ImageInit.Systemd => InitSystem.Systemd,
                    ImageInit.Minimal => InitSystem.Minimal,
                    _ => null,
                },
            });
        }
        return all;
    }
}
