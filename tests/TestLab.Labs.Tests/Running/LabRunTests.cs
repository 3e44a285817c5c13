using TestLab.Labs.Results;
using TestLab.Labs.Running;

namespace TestLab.Labs.Tests.Running;

/// <summary>Labs with real guests, from the file to the verdict.</summary>
[Category("Slow")]
public sealed class LabRunTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("testlab-run-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task TwoMachinesOnASlowLineAreMeasuredAsTheyWereSet()
    {
        CellResult result = await RunAsync(
            """
            lab: line
            networks:
              wan: { subnet: 10.9.0.0/24, dns: { www.example.com: 10.9.0.2 } }
            machines:
              server:
                image: tiny
                networks: { wan: { address: 10.9.0.2 } }
                files: { /www/page: { content: "Welcome\n" } }
                start: { run: "httpd -p 80 -h /www" }
                ready: { port: 80, within: 20s }
              client:
                image: tiny
                networks: { wan: { down: { rate: 2Mbit, delay: 40ms }, up: { rate: 512kbit, delay: 40ms } } }
                start: { after: server.ready }
            steps:
              - name: the page comes by name
                machine: client
                run: wget -qO- http://www.example.com/page
                expect: { stdout: Welcome, within: 5s }
              - name: it was as far away as it should be
                measure: { link: client.wan, down.delay_min: ">= 40ms", up.delay_min: ">= 40ms", down.loss: "= 0%" }
              - name: a cut cable is noticed
                machine: client
                during: [ { cut: client.wan, at: 0s, for: 10s } ]
                run: wget -T 3 -qO- http://www.example.com/page
                expect: { exit: 1 }
              - name: and healed again
                machine: client
                run: wget -qO- http://www.example.com/page
                expect: { stdout: Welcome }
                retry: { times: 3, every: 1s }
              - name: the file comes out of the guest
                copy: { from: server:/www/page, to: page }
            captures: [wan, { network: wan, file: small.pcapng, limit: 1KiB }]
            """);
        Assert.Multiple(() =>
        {
            Assert.That(result.Notes, Is.EqualTo(new[] { "The capture small.pcapng ends early: its limit of 1 KiB was reached." }));
            Assert.That(result.Files.Single(file => file.Path == "small.pcapng").Bytes, Is.InRange(500, 1_024));
            Assert.That(result.Failure, Is.Null);
            Assert.That(result.Steps.Select(step => step.Verdict), Is.All.EqualTo(StepVerdict.Passed));
            Assert.That(result.Machines.Select(machine => machine.State), Is.All.EqualTo("off"));
            Assert.That(result.Links.Single(link => link.Name == "client.wan").Down.Frames, Is.GreaterThan(5));
            Assert.That(File.ReadAllText(Path.Combine(_folder, "server", "page")), Is.EqualTo("Welcome\n"));
            Assert.That(File.ReadAllText(Path.Combine(_folder, "client.console")), Does.Contain("Linux version"));
            Assert.That(result.Files.Single(file => file.Path == "wan.pcapng").Bytes, Is.GreaterThan(1_000));
        });
    }

    [Test]
    public async Task AnHourOfSleepInAStepIsNextToNoWork()
    {
        (ulong instructions, long windows, CellResult result) = await SleepAsync("sleep 3600");
        (ulong fewInstructions, long fewWindows, _) = await SleepAsync("sleep 1");
        Assert.That(result.Steps[0].EndNanoseconds, Is.GreaterThan(3_600_000_000_000));
        TestContext.Out.WriteLine($"an hour: {instructions - fewInstructions:N0} instructions, {windows - fewWindows:N0} windows");
        // Host time depends on who else is on the host; this is what it comes of. All that is left are the kernel's own timers.
        Assert.That(instructions - fewInstructions, Is.LessThan(300_000_000));
        Assert.That(windows - fewWindows, Is.LessThan(200_000));

        async Task<(ulong Instructions, long Windows, CellResult Result)> SleepAsync(string command)
        {
            using LabRun run = await Rehearsal.PrepareAsync(
                $"lab: sleep\nmachines: {{ box: {{ image: tiny }} }}\nsteps: [ {{ run: {command}, timeout: 2h }} ]\n",
                new LabRunOptions { Hashes = false });
            CellResult slept = run.Execute(CancellationToken.None);
            Assert.That(slept.Failure, Is.Null);
            return (slept.Machines[0].Instructions, run.Statistics.WindowCount, slept);
        }
    }

    [Test]
    public async Task EqualRunsHaveEqualHashesOnAnyNumberOfThreadsAndOnAnyEngine()
    {
        const string Lab =
            """
            lab: pair
            networks: { net: { subnet: 10.9.0.0/24 } }
            machines:
              peer: { count: 2, image: tiny, networks: { net: {} } }
            steps:
              - name: they ping each other
                machines: [peer-1, peer-2]
                run: ping -c 5 -i 0.2 peer-${index} && ping -c 5 peer-1 && ping -c 5 peer-2
            """;
        string? hash = (await RunAsync(Lab)).Hash;
        Assert.That(hash, Is.Not.Null);
        Assert.That((await RunAsync(Lab, threads: 2)).Hash, Is.EqualTo(hash), "on two threads");
        Assert.That((await RunAsync(Lab, threads: 2, engine: "interpreter")).Hash, Is.EqualTo(hash), "interpreted");
    }

    [Test]
    public async Task SixteenMebibytesCrossACableEitherWayUnharmed()
    {
        // The sender's nc would leave as soon as the listener's has nothing to say: a pipe keeps its input open.
        CellResult result = await RunAsync(
            """
            lab: cable
            defaults: { image: tiny }
            networks: { cable: { subnet: 10.9.0.0/24 } }
            machines:
              left: { networks: { cable: {} } }
              right: { networks: { cable: {} } }
            steps:
              - name: frames as large as any, from both ends
                machines: [left, right]
                run: ping -c 3 -s 1472 left && ping -c 3 -s 1472 right && ping -c 3 left && ping -c 3 right
              - name: something to send
                machines: [left, right]
                run: head -c 16777216 /dev/urandom > /tmp/out && sha256sum < /tmp/out
              - name: right listens
                machine: right
                run: mkfifo /tmp/open; sleep 60 > /tmp/open 2> /dev/null & nc -l -p 9000 < /tmp/open > /tmp/in; sha256sum < /tmp/in
                background: right
              - name: left listens
                machine: left
                run: mkfifo /tmp/open; sleep 60 > /tmp/open 2> /dev/null & nc -l -p 9000 < /tmp/open > /tmp/in; sha256sum < /tmp/in
                background: left
              - name: right sends
                machine: right
                run: nc left 9000 < /tmp/out
              - name: left sends
                machine: left
                run: nc right 9000 < /tmp/out
              - name: both have come
                barrier: [left, right]
            """);
        Assert.That(result.Failure, Is.Null);
        string[] sent = [.. result.Steps[1].Attempts.Select(attempt => attempt.Stdout)];
        string[] received = [.. result.Steps[^1].Attempts.Select(attempt => attempt.Stdout)];
        Assert.That(received, Is.EqualTo(sent.Reverse()));
    }

    [Test]
    public async Task AFailedStepSkipsTheOthersButThoseThatAlwaysRun()
    {
        CellResult result = await RunAsync(
            """
            lab: failing
            machines: { box: { image: tiny } }
            steps:
              - name: wrong
                run: echo one; echo two >&2; exit 3
                expect: { stdout: three }
              - name: not reached
                run: "true"
              - name: cleaned up
                run: "true"
                always: true
            """);
        StepResult step = result.Steps[0];
        Assert.Multiple(() =>
        {
            Assert.That(result.Verdict, Is.EqualTo(Verdict.Failed));
            Assert.That(result.Failure, Does.StartWith("step \"wrong\": exit is not what was expected: \"3\" instead of \"0\""));
            Assert.That(
                result.Steps.Select(each => each.Verdict),
                Is.EqualTo(new[] { StepVerdict.Failed, StepVerdict.Skipped, StepVerdict.Passed }));
            Assert.That((step.Attempts[0].Stdout, step.Attempts[0].Stderr), Is.EqualTo(("one\n", "two\n")));
            Assert.That(step.Attempts[0].Checks.Select(check => check.Passed), Is.EqualTo(new[] { false, false }));
        });
    }

    [Test]
    public async Task AMachineThatNeverGetsReadyTimesOutInGuestTime()
    {
        CellResult result = await RunAsync(
            """
            lab: waiting
            machines: { box: { image: tiny, ready: { port: 80, within: 30s } } }
            steps: [ { name: never, run: "true" } ]
            """);
        Assert.Multiple(() =>
        {
            Assert.That(result.Verdict, Is.EqualTo(Verdict.TimedOut));
            Assert.That(result.Failure, Is.EqualTo("box was not ready within 30 s: waiting for port 80"));
            Assert.That(result.VirtualNanoseconds, Is.LessThan(31_000_000_000));
            Assert.That(result.Steps.Single().Verdict, Is.EqualTo(StepVerdict.Skipped));
            Assert.That(result.Machines.Single().ConsoleTail, Does.Contain("testlab: ready"));
        });
    }

    [Test]
    public async Task BackgroundsRetriesPowerAndTimeOutsWork()
    {
        CellResult result = await RunAsync(
            """
            lab: mixed
            machines:
              box: { image: tiny }
              other: { image: tiny }
            steps:
              - name: in the background
                machine: box
                background: sleeper
                run: sleep 5; echo slept
                expect: { stdout: slept }
              - name: the third try does it
                machine: box
                run: n=$(cat /tmp/n 2>/dev/null || echo 0); echo $((n+1)) > /tmp/n; test $n -ge 2
                retry: { times: 5, every: 1s }
              - name: joined
                barrier: sleeper
              - name: the other dies
                power: { kill: other }
              - name: and is back
                power: { start: other }
              - name: it remembers nothing
                machine: other
                run: test ! -e /tmp/n
              - name: too slow
                machine: other
                run: sleep 60
                timeout: 2s
            """);
        Assert.Multiple(() =>
        {
            Assert.That(
                result.Steps.Select(step => step.Verdict),
                Is.EqualTo(Enumerable.Repeat(StepVerdict.Passed, 6).Append(StepVerdict.TimedOut)));
            Assert.That(result.Steps[1].Tries, Is.EqualTo(3));
            Assert.That(result.Steps[1].IsFlaky, Is.True);
            Assert.That(result.Verdict, Is.EqualTo(Verdict.TimedOut));
        });
    }

    private Task<CellResult> RunAsync(string text, int threads = 1, string? engine = null) =>
        Rehearsal.RunAsync(text, new LabRunOptions { ThreadCount = threads, Folder = _folder, Engine = engine });
}
