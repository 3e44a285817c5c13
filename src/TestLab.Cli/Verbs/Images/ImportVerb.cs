using System.CommandLine;
using TestLab.Cli.Hosting;
using TestLab.Images;
using TestLab.Labs.Building;
using TestLab.Labs.Words;

namespace TestLab.Cli.Verbs.Images;

/// <summary><c>testlab image import</c>: the user's own kernel, disk or OCI archive under a name.</summary>
internal static class ImportVerb
{
    private static readonly Option<string> Kernel = File("--kernel", "A bzImage or ELF kernel.");
    private static readonly Option<string> Initrd = File("--initrd", "The initial RAM file system of --kernel.");
    private static readonly Option<string> Disk = File("--disk", "A raw disk; for --base, one ext4 file system without partitions.");
    private static readonly Option<string> Oci = File("--oci", "An archive in OCI layout, or of docker save: its root file system.");
    private static readonly Option<string> Append = new("--append")
    {
        Description = "The kernel's command line; more words of it beside --base.",
        HelpName = "TEXT",
    };
    private static readonly Option<string> Base = new("--base")
    {
        Description = "The image whose kernel runs --disk or --oci (default: tiny; with --init systemd debian:13).",
        HelpName = "IMAGE",
    };
    private static readonly Option<string> Init = new("--init")
    {
        Description = "What starts the system of --disk or --oci: minimal (the default: our own shell and agent) or systemd.",
        HelpName = "minimal|systemd",
    };

    private static readonly (string Word, ImageInit Init)[] Inits =
        [("minimal", ImageInit.Minimal), ("systemd", ImageInit.Systemd)];

    public static Command Create()
    {
        var name = new Argument<string>("NAME")
        {
            Description = $"What it is to be called: {ImageLabel.Rule}. An image of that name is replaced.",
        };
        Option<bool> json = ImageOptions.Json();
        Init.CompletionSources.Add(_ => Inits.Select(init => init.Word));
        Base.CompletionSources.Add(_ => ImageName.All.Select(known => known.ToString()));
        var verb = new Command("import", "Take a kernel, a disk or an OCI archive of your own into the cache.")
        {
            name, Kernel, Initrd, Disk, Oci, Append, Base, Init, json,
        };
        verb.SetAction(parsed =>
        {
            ImageSpecification image = Specification(parsed, parsed.GetRequiredValue(name));
            GuestImage built = Import(image, parsed.InvocationConfiguration.Error);
            TextWriter output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json)) output.WriteLine(ImageRow.ToJson(ImageRow.Of(built)));
            else output.WriteLine(built.Folder);
            return (int)ExitCode.Passed;
        });
        return verb;
    }

    /// <exception cref="WrongInputException">The name is none, or there is nothing to import.</exception>
    private static ImageSpecification Specification(ParseResult parsed, string name)
    {
        if (!ImageLabel.IsValid(name))
        {
            throw new WrongInputException($"\"{name}\" is no name for an image of yours", $"write {ImageLabel.Rule}");
        }
        ImageInit init = InitOf(parsed.GetValue(Init));
        var image = new ImageSpecification
        {
            Label = name,
            Base = ImageOptions.Parse(parsed.GetValue(Base) ?? (init == ImageInit.Systemd ? "debian" : "tiny")),
            Init = init,
            Kernel = parsed.GetValue(Kernel),
            Initrd = parsed.GetValue(Initrd),
            Disk = parsed.GetValue(Disk),
            Oci = parsed.GetValue(Oci),
            CommandLine = parsed.GetValue(Append),
        };
        if ((image.Kernel ?? image.Disk ?? image.Oci) is null)
        {
            throw new WrongInputException("nothing to import", "name it: --kernel FILE, --disk FILE or --oci FILE");
        }
        if (image.Kernel is not null && parsed.GetValue(Base) is not null)
        {
            throw new WrongInputException("--kernel and --base exclude each other", "leave one of them out");
        }
        if (image.Kernel is not null && parsed.GetValue(Init) is not null)
        {
            throw new WrongInputException(
                "--kernel and --init exclude each other", "say to your kernel what to start: --append \"init=/sbin/init\"");
        }
        if (init == ImageInit.Systemd && image.Base.Base == ImageBase.Tiny)
        {
            throw new WrongInputException(
                $"{image.Base} starts no systemd", $"its kernel is that of --base debian:{image.Base.Release.Word}, too");
        }
        return image;
    }

    /// <exception cref="WrongInputException">There is no such init.</exception>
    private static ImageInit InitOf(string? word)
    {
        if (word is null) return ImageInit.Minimal;
        foreach ((string known, ImageInit init) in Inits)
        {
            if (known == word) return init;
        }
        string[] words = [.. Inits.Select(init => init.Word)];
        throw new WrongInputException(
            $"--init: there is no init \"{word}\"", ImageOptions.Remedy(word, words, string.Join(" and ", words)));
    }

    private static GuestImage Import(ImageSpecification image, TextWriter errors)
    {
        using var interruption = new Interruption();
        using var line = new ProgressLine(errors, RawTerminal.IsTerminal(2));
        var catalog = new ImageCatalog();
        GuestImage built = new ImageBuilder(catalog, new BuildMachine())
            .BuildAsync(ImageRecipe.For(image), rebuild: false, new ImageProgressLine(image.Label ?? "", line), interruption.Token)
            .GetAwaiter().GetResult();
        foreach (GuestImage old in catalog.List().Where(other =>
            other.Manifest.Name == image.Label && other.Manifest.Address != built.Manifest.Address))
        {
            catalog.RemoveAsync(old, interruption.Token).GetAwaiter().GetResult();
        }
        return built;
    }

    private static Option<string> File(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "FILE",
        Arity = ArgumentArity.ExactlyOne,
    };
}
