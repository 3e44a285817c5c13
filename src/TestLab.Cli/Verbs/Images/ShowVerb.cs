using System.CommandLine;
using TestLab.Cli.Hosting;
using TestLab.Images;
using TestLab.Labs.Words;

namespace TestLab.Cli.Verbs.Images;

/// <summary><c>testlab image show</c>: what a built image is made of.</summary>
internal static class ShowVerb
{
    public static Command Create()
    {
        var name = ImageOptions.Name();
        var json = ImageOptions.Json();
        var verb = new Command("show", "Show what an image is made of.") { name, json };
        verb.SetAction(parsed =>
        {
            GuestImage image = ImageOptions.Built(parsed.GetRequiredValue(name));
            TextWriter output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json)) output.WriteLine(ImageRow.ToJson(image.Manifest));
            else Write(image, output);
            return (int)ExitCode.Passed;
        });
        return verb;
    }

    private static void Write(GuestImage image, TextWriter output)
    {
        ImageManifest manifest = image.Manifest;
        output.WriteLine($"{manifest.Name}  {manifest.Address}");
        output.WriteLine($"kernel   {manifest.KernelVersion} ({manifest.Architecture})");
        output.WriteLine($"memory   {manifest.MemoryMebibytes}MiB");
        output.WriteLine($"append   {manifest.CommandLine}");
        output.WriteLine($"folder   {image.Folder}");
        output.WriteLine();
        Table.Write(output, ["FILE", "SIZE", "SHA-256"],
            manifest.Files.Select(file => new[] { file.Name, Unit.Size.Approximate(file.Bytes), file.Sha256[..16] }));
        output.WriteLine();
        Table.Write(output, ["PACKAGE", "VERSION"],
            manifest.Packages.Select(item => new[] { item.Name, item.Version }));
    }
}
