using TestLab.Images;

namespace TestLab.Benchmarks.Boots;

/// <summary>An image, and what its console shows when it has booted.</summary>
internal sealed record BootTarget(GuestImage Image, string Ready)
{
    public static async Task<BootTarget> OfAsync(string name)
    {
        ImageName parsed = ImageName.Parse(name);
        GuestImage image = await new ImageBuilder(new ImageCatalog()).BuildAsync(parsed).ConfigureAwait(false);
        bool hasSystemd = parsed.Base == ImageBase.Debian && parsed.Init == ImageInit.Systemd;
        return new BootTarget(image, hasSystemd ? "login:" : "testlab: ready");
    }
}
