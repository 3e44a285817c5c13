using System.CommandLine;
using TestLab.Cli.Hosting;
using TestLab.Images;
using TestLab.Labs.Words;

namespace TestLab.Cli.Verbs.Images;

/// <summary><c>testlab image list</c>: all names that can be built, and which are; recipes and imports that were.</summary>
internal static class ListVerb
{
    public static Command Create()
    {
        var json = ImageOptions.Json();
        var verb = new Command("list", "List the images that can be had, and what is built of them.") { json };
        verb.SetAction(parsed =>
        {
            var catalog = new ImageCatalog();
            ImageRow[] rows =
            [
                .. ImageName.All.Select(name => ImageRow.Of(name, catalog.Find(name))),
                .. ImageOptions.Own().Select(ImageRow.Of),
            ];
            TextWriter output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json)) output.WriteLine(ImageRow.ToJson(rows));
            else Table.Write(output, ["IMAGE", "BUILT", "SIZE", "KERNEL", "ADDRESS"], rows.Select(Columns));
            return (int)ExitCode.Passed;
        });
        return verb;
    }

    private static string[] Columns(ImageRow row) =>
    [
        row.Name,
        row.Built ? "yes" : "no",
        row.Built ? Unit.Size.Approximate(row.Bytes) : "-",
        row.Kernel ?? "-",
        row.Address?[..12] ?? "-",
    ];
}
