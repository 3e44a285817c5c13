using System.CommandLine;
using TestLab.Cli.Hosting;
using TestLab.Images;
using TestLab.Labs.Building;

namespace TestLab.Cli.Verbs.Images;

/// <summary><c>testlab image build</c>.</summary>
internal static class BuildVerb
{
    public static Command Create()
    {
        var name = ImageOptions.Name();
        var anew = new Option<bool>("--rebuild") { Description = "Build it anew, of the packages of today." };
        var json = ImageOptions.Json();
        var verb = new Command("build", "Build an image, unless it is there.") { name, anew, json };
        verb.SetAction(parsed =>
        {
            ImageName wanted = ImageOptions.Parse(parsed.GetRequiredValue(name));
            GuestImage image = Build(wanted, parsed.GetValue(anew), parsed.InvocationConfiguration.Error);
            TextWriter output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json)) output.WriteLine(ImageRow.ToJson(ImageRow.Of(wanted, image)));
            else output.WriteLine(image.Folder);
            return (int)ExitCode.Passed;
        });
        return verb;
    }

    /// <summary>Gives the image and builds it first where it is missing; Ctrl-C leaves nothing of a build behind.</summary>
    public static GuestImage Build(ImageName name, bool isAnew, TextWriter errors)
    {
        using var interruption = new Interruption();
        using var line = new ProgressLine(errors, RawTerminal.IsTerminal(2));
        return new ImageBuilder(new ImageCatalog(), new BuildMachine())
            .BuildAsync(name, isAnew, new ImageProgressLine(name, line), interruption.Token)
            .GetAwaiter().GetResult();
    }
}
