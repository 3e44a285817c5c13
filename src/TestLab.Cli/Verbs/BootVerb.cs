using System.CommandLine;
using System.Diagnostics;
using System.Text;
using TestLab.Cli.Boot;
using TestLab.Cli.Hosting;
using TestLab.Cli.Verbs.Images;
using TestLab.Images;
using TestLab.Labs.Running;
using TestLab.Labs.Words;

namespace TestLab.Cli.Verbs;

/// <summary><c>testlab boot</c>: boots an image or a kernel, or runs one command in it.</summary>
internal static class BootVerb
{
    public static Command Create()
    {
        var options = new BootOptions();
        var verb = new Command("boot", "Boot an image or a kernel, its console on stdout; or run one command in it.");
        foreach (Option option in options.All) verb.Add(option);
        verb.SetAction(parsed =>
        {
            BootRequest request = options.Request(parsed);
            InvocationConfiguration streams = parsed.InvocationConfiguration;
            return request.PrintsJson
                ? BootForPrograms(request, streams.Output, streams.Error)
                : Boot(request, streams.Error);
        });
        return verb;
    }

    private static int Boot(BootRequest request, TextWriter errors)
    {
        using IGuest guest = SwitchOn(request, errors);
        var watch = Stopwatch.StartNew();
        long started = guest.NowNanoseconds;
        Ending ending = Run(guest, request, errors);
        if (request.ShowsStatistics) ShowStatistics(guest, guest.NowNanoseconds - started, watch.Elapsed, errors);
        if (request.ShowsHash) errors.WriteLine($"hash {guest.Hash()}");
        if (ending.Message is { } message) errors.WriteLine($"testlab: {message}");
        return ending.ExitCode;
    }

    private static int BootForPrograms(BootRequest request, TextWriter output, TextWriter errors)
    {
        using IGuest guest = SwitchOn(request, errors);
        var watch = Stopwatch.StartNew();
        long started = guest.NowNanoseconds;
        using var interruption = new Interruption();
        var said = new MemoryStream();
        var complained = new MemoryStream();
        using var limitedSaid = new LimitedStream(said, BootResult.OutputLimitBytes);
        using var limitedComplained = new LimitedStream(complained, BootResult.OutputLimitBytes);
        Ending ending = new GuestSession(guest, request, new NobodyInput(), limitedSaid, limitedComplained)
            .Run(interruption.Token);
        TimeSpan host = watch.Elapsed;
        var result = new BootResult
        {
            ExitCode = ending.ExitCode,
            Message = ending.Message,
            Output = Text(said),
            Errors = Text(complained),
            IsCut = limitedSaid.IsCut || limitedComplained.IsCut,
            GuestNanoseconds = guest.NowNanoseconds - started,
            HostSeconds = host.TotalSeconds,
            Hash = request.ShowsHash ? guest.Hash() : null,
            Statistics = request.ShowsStatistics
                ? guest.Statistics(host).ToDictionary(row => row.Name, row => row.Value)
                : null,
        };
        output.WriteLine(result.ToJson());
        return ending.ExitCode;
    }

    private static string Text(MemoryStream bytes) => Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);

    private static IGuest SwitchOn(BootRequest request, TextWriter errors)
    {
        if (request.Save is { } save) CheckPlace(save.Path);
        if (request.Restore is { } snapshot)
        {
            InputFile.Check("--restore", snapshot);
            return GuestMaker.Restore(snapshot, request.Engine);
        }
        var planner = new MachinePlanner(name => ImageOptions.IsOwn(name)
            ? ImageOptions.Built(name)
            : BuildVerb.Build(ImageOptions.Parse(name), isAnew: false, errors));
        return GuestMaker.Create(planner.Plan(request), request.Engine);
    }

    private static Ending Run(IGuest guest, BootRequest request, TextWriter errors)
    {
        using var interruption = new Interruption();
        bool isAlone = request.Run is not null || request.Until is not null;
        bool isTerminal = request.Run is null && RawTerminal.IsTerminal(0);
        if (isTerminal) errors.WriteLine($"testlab: {EscapeKeys.Hint}");
        using RawTerminal? raw = isTerminal ? new() : null;
        ISessionInput input = (isTerminal, isAlone) switch
        {
            (true, _) => new TerminalInput(new Keyboard()),
            (_, true) => new NobodyInput(),
            // What was saved is past its first words, as a rule.
            _ => new PipeInput(new Keyboard(), isReady: request.Restore is not null),
        };
        return new GuestSession(guest, request, input, OutputStream.Standard, OutputStream.Errors)
            .Run(interruption.Token);
    }

    private static void ShowStatistics(IGuest guest, long guestNanoseconds, TimeSpan host, TextWriter errors)
    {
        (string Name, string Value)[] rows =
        [
            ("guest time", Unit.Duration.Approximate(guestNanoseconds)),
            ("host time", Unit.Duration.Approximate((long)host.TotalNanoseconds)),
            .. guest.Statistics(host),
        ];
        int width = rows.Max(row => row.Name.Length);
        foreach ((string name, string value) in rows) errors.WriteLine($"{name.PadRight(width)}  {value}");
    }

    private static void CheckPlace(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        if (!Directory.Exists(folder))
        {
            throw new WrongInputException($"--save-at: there is no folder {folder}", "make it, or name another place");
        }
        if (Directory.Exists(path))
        {
            throw new WrongInputException($"--save-at: {path} is a folder", "name a file in it");
        }
    }
}
