using System.Net;
using TestLab.Labs.Links;
using TestLab.Labs.Plans;
using TestLab.Processor;

namespace TestLab.Labs.Tests;

/// <summary>What a right lab file means.</summary>
public sealed class LabPlanTests
{
    [TestCaseSource(typeof(Sample), nameof(Sample.Labs))]
    public void TheLabsOfTheProjectAreRight(string path) => Assert.That(Sample.ReadFile(path).Problems, Is.Empty);

    [Test]
    public void EverySnippetOfTheReferenceIsRight()
    {
        foreach ((int number, string yaml) in Sample.Snippets())
        {
            LabReading reading = LabFile.Parse(System.Text.Encoding.UTF8.GetBytes(yaml), "docs", Path.Combine(Sample.Root, "labs/web"), new TestProfiles());
            Assert.That(reading.Problems, Is.Empty, $"snippet {number}: {yaml}");
        }
        Assert.That(Sample.Snippets().Count(), Is.GreaterThan(8));
    }

    [Test]
    public void DefaultsTemplatesAndOwnKeysLieOverEachOther()
    {
        MachinePlan machine = Sample.Plan("""
            lab: a
            defaults: { image: tiny, memory: 64MiB, speed: 100MIPS, env: { A: "1", B: "1" } }
            templates: { one: { memory: 96MiB, env: { B: "2", C: "2" } }, two: { env: { C: "3" } } }
            machines: { m: { use: [one, two], speed: 200MIPS } }
            """).Cells[0].Machines[0];
        Assert.That(machine.MemoryBytes, Is.EqualTo(96UL << 20));
        Assert.That(machine.InstructionsPerSecond, Is.EqualTo(200_000_000));
        Assert.That(machine.Environment, Is.EqualTo(new EnvironmentVariable[] { new("A", "1"), new("B", "2"), new("C", "3") }));
    }

    [Test]
    public void CountedMachinesHaveNumbersAndVariablesOfTheirOwn()
    {
        CellPlan cell = Sample.Plan("""
            lab: a
            networks: { n: { subnet: 10.1.0.0/24 } }
            machines: { peer: { count: 3, image: tiny, networks: { n: { address: "10.1.0.2${index}" } }, env: { ME: "${machine}" } } }
            steps: [{ machines: peer, run: "echo ${index} $${index}" }]
            """).Cells[0];
        Assert.That(cell.Machines.Select(machine => machine.Name), Is.EqualTo(new[] { "peer-1", "peer-2", "peer-3" }));
        Assert.That(cell.Machines[2].Cards[0].Address, Is.EqualTo(IPAddress.Parse("10.1.0.23")));
        Assert.That(cell.Machines[1].Environment[0].Value, Is.EqualTo("peer-2"));
        Assert.That(cell.Steps[0].Action, Is.InstanceOf<RunAction>().With.Property("Commands").EqualTo(
            new[] { "echo 1 ${index}", "echo 2 ${index}", "echo 3 ${index}" }));
    }

    [Test]
    public void WaysInLeadFromTheHostToTheAddressesOfMachines()
    {
        CellPlan cell = Sample.Plan("""
            lab: a
            variables: { port: 8080 }
            networks:
              net:
                type: nat
                subnet: 10.9.0.0/24
                forward:
                  - { host: "${port}", to: web:80 }
                  - { host: 0.0.0.0:5353/udp, to: names:53 }
            machines:
              web: { image: tiny, networks: { net: { address: 10.9.0.2 } } }
              names: { image: tiny, networks: { net: {} } }
            """).Cells[0];
        Assert.That(cell.Networks[0].Forwards, Is.EqualTo(new ForwardPlan[]
        {
            new(IsUdp: false, IPAddress.Loopback, 8080, "web", IPAddress.Parse("10.9.0.2"), 80),
            new(IsUdp: true, IPAddress.Any, 5353, "names", cell.Machine("names").Cards[0].Address, 53),
        }));
    }

    [Test]
    public void WhatACellTakesOfTheHostIsKnown()
    {
        LabPlan lab = Sample.Plan("""
            lab: a
            time: real
            matrix: { port: [8080, 8081] }
            networks:
              net:
                type: nat
                forward: [{ host: "${port}", to: web:80 }, { host: 0.0.0.0:53/udp, to: web:53 }, { host: 127.0.0.2:53/tcp, to: web:53 }]
              hall: { type: bridged, interface: lab0 }
            machines: { web: { image: tiny, networks: { net: {}, hall: {} } } }
            """);
        Assert.That(lab.Cells.Select(cell => string.Join(' ', cell.HostClaims)), Is.EqualTo(new[]
        {
            "tap/lab0 tcp/53 tcp/8080 udp/53", "tap/lab0 tcp/53 tcp/8081 udp/53",
        }));
    }

    [Test]
    public void LinksTakeTheProfileThenTheirOwnFigures()
    {
        CellPlan cell = Sample.Plan("""
            lab: a
            networks: { n: { link: { rate: 1Gbit, delay: 1ms } } }
            machines:
              a: { image: tiny, networks: { n: {} } }
              b: { image: tiny, networks: { n: { profile: dsl@wpt, loss: 1%, up: { rate: 1Mbit } } } }
            """).Cells[0];
        Assert.That(cell.Link("a.n").Down, Is.EqualTo(new LinkModel { RateBitsPerSecond = 1_000_000_000, DelayNanoseconds = 1_000_000 }));
        LinkPlan own = cell.Link("b.n");
        var loss = new RandomLoss(new Probability(10_000_000), default);
        Assert.That(own.Profile, Is.EqualTo("dsl@wpt"));
        Assert.That(own.Down, Is.EqualTo(TestProfiles.DslDown with { Loss = loss }));
        Assert.That(own.Up, Is.EqualTo(TestProfiles.DslUp with { Loss = loss, RateBitsPerSecond = 1_000_000 }));
    }

    [Test]
    public void AddressesAreGivenInOrderPastThoseThatAreTaken()
    {
        CellPlan cell = Sample.Plan("""
            lab: a
            networks: { n: {}, m: {} }
            machines:
              a: { image: tiny, networks: { n: {}, m: {} } }
              b: { image: tiny, networks: { n: { address: 10.1.0.11 } } }
              c: { image: tiny, networks: { n: [{}, {}] } }
            """).Cells[0];
        Assert.That(cell.Networks.Select(network => network.Subnet.ToString()), Is.EqualTo(new[] { "10.1.0.0/24", "10.2.0.0/24" }));
        Assert.That(cell.Machines.SelectMany(machine => machine.Cards).Select(card => $"{card.Link} {card.Address}"), Is.EqualTo(new[]
        {
            "a.n 10.1.0.10", "a.m 10.2.0.10", "b.n 10.1.0.11", "c.n 10.1.0.12", "c.n.2 10.1.0.13",
        }));
        Assert.That(cell.Machines.SelectMany(machine => machine.Cards).Select(card => card.Mac), Is.Unique);
    }

    [Test]
    public void MachinesStartInWaves()
    {
        CellPlan cell = Sample.Plan("""
            lab: a
            defaults: { image: tiny }
            machines:
              client: { start: { after: [proxy, log.started] } }
              proxy: { start: { after: backends } }
              backend: { count: 2, start: { group: backends } }
              log: {}
            """).Cells[0];
        Assert.That(cell.Launch.Select(wave => string.Join(' ', wave.Machines)), Is.EqualTo(new[] { "backend-1 backend-2 log", "proxy", "client" }));
        Assert.That(cell.Machine("proxy").Start.After, Is.EqualTo(
            new LaunchCondition[] { new("backend-1", LaunchMoment.Ready), new("backend-2", LaunchMoment.Ready) }));
        Assert.That(cell.Machine("client").Start.After[^1], Is.EqualTo(new LaunchCondition("log", LaunchMoment.Started)));
    }

    [Test]
    public void TheMatrixIsAProductWithExceptions()
    {
        LabPlan lab = Sample.Plan("""
            lab: a
            matrix: { r: [12, 13], s: [x, y], exclude: [{ r: 12, s: y }], include: [{ r: 11, s: z }] }
            machines: { m: { image: "tiny:${r}", env: { S: "${s}" } } }
            """);
        Assert.That(lab.Cells.Select(cell => cell.Name), Is.EqualTo(new[] { "r=12,s=x", "r=13,s=x", "r=13,s=y", "r=11,s=z" }));
        Assert.That(lab.Cells[3].Machines[0].Image, Is.InstanceOf<RecipeImage>().With.Property("Base").EqualTo("tiny:11"));
        Assert.That(CellFilter.Choose(lab, ["r=13"], out string? error), Has.Count.EqualTo(2));
        Assert.That(error, Is.Null);
        CellFilter.Choose(lab, ["q=13"], out error);
        Assert.That(error, Is.EqualTo("the matrix has no variable \"q\"; did you mean \"r\"? (known: r, s)"));
    }

    [Test]
    public void StepsAreResolved()
    {
        CellPlan cell = Sample.ReadFile("labs/web/lab.yaml").Plan?.Cells[0] ?? throw new AssertionException("no plan");
        StepPlan kill = cell.Steps[3];
        Assert.That(kill.During.Single().AtNanoseconds, Is.EqualTo(5_000_000_000));
        Assert.That(kill.During.Single().Action, Is.InstanceOf<PowerAction>().With.Property("Targets").EqualTo(new[] { "backend-2" }));
        Assert.That(kill.Expect.Stdout, Is.EqualTo(new ExactText("100 answered, 0 lost")));
        Assert.That(kill.TimeoutNanoseconds, Is.EqualTo(300_000_000_000));
        Assert.That(cell.Steps[4].Action, Is.InstanceOf<MeasureAction>().With.Property("Checks").EqualTo(new LinkCheck[]
        {
            new(LinkDirection.Down, LinkFigure.Rate, Comparison.AtMost, 1_500_000),
            new(LinkDirection.Down, LinkFigure.DelayMin, Comparison.AtLeast, 25_000_000),
            new(LinkDirection.Down, LinkFigure.Loss, Comparison.Equal, 0),
        }));
    }

    [Test]
    public void NewFiguresOfAStepAreWhole()
    {
        CellPlan cell = Sample.Plan("""
            lab: a
            networks: { n: {} }
            machines: { m: { image: tiny, networks: { n: { profile: dsl@wpt } } } }
            steps: [{ link: { set: m.n, down: { rate: 1Mbit } } }]
            """).Cells[0];
        Assert.That(cell.Steps[0].Action, Is.InstanceOf<LinkAction>().With.Property("Figures").EqualTo(
            new LinkFigures[] { new(TestProfiles.DslDown with { RateBitsPerSecond = 1_000_000 }, TestProfiles.DslUp) }));
    }

    [Test]
    public void TheCanonicalFormDependsOnMeaningAlone()
    {
        const string one = "lab: a\nmachines: { m: { image: tiny, memory: 128MiB } }\n";
        const string same = "# A comment.\nmachines:\n  m:\n    memory: 0.125GiB\n    image: \"tiny:13\"\nlab: a\n";
        const string other = "lab: a\nmachines: { m: { image: tiny, memory: 129MiB } }\n";
        Assert.That(CanonicalForm.Hash(Sample.Plan(same).Cells[0]), Is.EqualTo(CanonicalForm.Hash(Sample.Plan(one).Cells[0])));
        Assert.That(CanonicalForm.Hash(Sample.Plan(other).Cells[0]), Is.Not.EqualTo(CanonicalForm.Hash(Sample.Plan(one).Cells[0])));
    }

    [Test]
    public void TheCanonicalFormStaysAsItIs() => Assert.That(
        CanonicalForm.Hash(Sample.Plan("lab: a\nmachines: { m: { image: tiny } }\nsteps: [{ run: ls }]\n").Cells[0]),
        Is.EqualTo("bff6f5aaaffc779c40f1a3f2f121de318465cb4c873c508e81d5b29573cb01ed"), "Hashes of recorded runs would change.");

    [Test]
    public void EveryProcessorCanBeNamed()
    {
        foreach (CpuModel model in CpuModel.All)
        {
            Assert.That(Sample.Plan($"lab: a\nmachines: {{ m: {{ image: tiny, cpu: {model.Name} }} }}\n").Cells[0].Machines[0].Processor, Is.EqualTo(model.Name));
        }
    }

    [Test]
    public void TheForecastIsTheShareOfPayloadInAFullFrame()
    {
        var link = new LinkModel { RateBitsPerSecond = 1_538_000 };
        Assert.That(LinkForecast.Of(link, link, 1500).TcpBitsPerSecond, Is.EqualTo(1_448_000));
        Assert.That(LinkForecast.Of(link with { RateLayer = RateLayer.Frame, RateBitsPerSecond = 1_514_000 }, link, 1500).TcpBitsPerSecond,
            Is.EqualTo(1_448_000));
    }

    [Test]
    public void TheForecastOfALossyLinkIsTheLawOfTheCongestionControl()
    {
        var link = new LinkModel { DelayNanoseconds = 25_000_000, Loss = new RandomLoss(new Probability(10_000_000), default) };
        // 1 % at 50 ms: CUBIC's window 1.054 * (0.05004 / 0.01)^0.75 = 3.53 is below Reno's 0.93 / sqrt(0.01) = 9.3.
        Assert.That((double)LinkForecast.Of(link, link, 1500).TcpBitsPerSecond, Is.EqualTo(9.3 * 1448 * 8 / 0.05004).Within(1));
    }

    [Test]
    public void TheLookaheadIsFloorDelayAndTheSmallestFrame()
    {
        var link = new LinkModel { RateBitsPerSecond = 84_000_000, DelayNanoseconds = 1_000_000 };
        Assert.That(LinkForecast.Of(link, link, 1500).LookaheadNanoseconds, Is.EqualTo(20_000 + 1_000_000 + 8_000));
        var jittery = link with { Jitter = new() { Nanoseconds = 400_000 } };
        Assert.That(LinkForecast.Of(jittery, link, 1500).LookaheadNanoseconds, Is.EqualTo(20_000 + 600_000 + 8_000));
    }
}
