using System.CommandLine;
using TestLab.Cli.Hosting;
using TestLab.Cli.Verbs.Plans;
using TestLab.Images;
using TestLab.Labs;
using TestLab.Labs.Building;
using TestLab.Labs.Plans;
using TestLab.Labs.Running;

namespace TestLab.Cli.Verbs.Images;

/// <summary><c>testlab image build</c>: one image, or all that a lab or a recipe needs.</summary>
internal static class BuildVerb
{
    public static Command Create()
    {
        Argument<string?> name = ImageOptions.NameOrLab();
        var recipe = new Option<string>("--recipe")
        {
            Description = "Build what this file describes, as \"image\" does in a lab file.",
            HelpName = "FILE",
            Arity = ArgumentArity.ExactlyOne,
        };
        var anew = new Option<bool>("--rebuild") { Description = "Build it anew, of the packages of today." };
        var json = ImageOptions.Json();
        var verb = new Command("build", "Build an image, or all images of a lab, unless they are there.") { name, recipe, anew, json };
        verb.SetAction(parsed =>
        {
            TextWriter errors = parsed.InvocationConfiguration.Error;
            string? wanted = parsed.GetValue(name);
            string? file = parsed.GetValue(recipe);
            bool isAnew = parsed.GetValue(anew);
            if ((wanted is null) == (file is null))
            {
                throw new WrongInputException("what is to be built?", "name an image or a lab, or a --recipe FILE");
            }
            IReadOnlyList<GuestImage> images;
            if (file is not null || (wanted is not null && !ImageName.TryParse(wanted, out _) && LabFile.Locate(wanted) is not null))
            {
                if (isAnew) throw new WrongInputException("--rebuild is for an image by its name", "remove the recipe first: testlab image rm");
                LabReading reading = file is null ? LabInput.Read(wanted ?? "", out string path) : ReadRecipe(path = file);
                if (reading.Plan is not { } plan)
                {
                    LabInput.Complain(path, reading, errors);
                    return (int)ExitCode.WrongInput;
                }
                images = Build(plan, errors);
            }
            else
            {
                images = [Build(ImageOptions.Parse(wanted ?? ""), isAnew, errors)];
            }
            Write(images, parsed.GetValue(json), parsed.InvocationConfiguration.Output);
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
            .BuildAsync(name, isAnew, new ImageProgressLine(name.ToString(), line), interruption.Token)
            .GetAwaiter().GetResult();
    }

    /// <summary>Builds all that machines of the plan boot and that is built.</summary>
    private static GuestImage[] Build(LabPlan plan, TextWriter errors)
    {
        using var interruption = new Interruption();
        using var line = new ProgressLine(errors, RawTerminal.IsTerminal(2));
        var catalog = new ImageCatalog();
        var loader = new MaterialLoader(catalog, plan.Folder);
        var labels = new List<string>();
        foreach (ImagePlan image in plan.Cells.SelectMany(cell => cell.Machines).Select(machine => machine.Image).Distinct())
        {
            if (image is KernelImage) continue;
            var progress = new ImageProgressLine(plan.Name, line);
            labels.Add(loader.ProvideAsync(image, progress, interruption.Token).GetAwaiter().GetResult().Address);
        }
        return [.. catalog.List().Where(image => labels.Contains(image.Manifest.Address))];
    }

    private static LabReading ReadRecipe(string file)
    {
        if (!File.Exists(file)) throw new WrongInputException($"--recipe: there is no file {file}", "check the path");
        return LabFile.ReadImage(file);
    }

    private static void Write(IReadOnlyList<GuestImage> images, bool isJson, TextWriter output)
    {
        if (!isJson)
        {
            foreach (GuestImage image in images) output.WriteLine(image.Folder);
        }
        else if (images is [var only])
        {
            output.WriteLine(ImageRow.ToJson(ImageRow.Of(only)));
        }
        else
        {
            output.WriteLine(ImageRow.ToJson(images.Select(ImageRow.Of)));
        }
    }
}
