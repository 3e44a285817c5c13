using TestLab.Simulation;

namespace TestLab.Simulation.Tests;

public sealed class StateTransferTests
{
    [Test]
    public void WhatIsWrittenIsRead()
    {
        var state = new Sample { Flag = true, Number = 0x1234_5678_9ABC, Time = VirtualTime.FromSeconds(3), Content = [1, 2, 3] };
        var read = new Sample { Content = [] };
        read.Transfer(new StateReader(Write(state)));
        Assert.That(read, Is.EqualTo(state with { Content = read.Content }));
        Assert.That(read.Content, Is.EqualTo(state.Content));
    }

    [Test]
    public void AnOlderSectionLeavesLaterFieldsAlone()
    {
        var read = new Sample { Number = 99, Content = [7] };
        read.Transfer(new StateReader(new byte[] { 1 }));
        Assert.Multiple(() =>
        {
            Assert.That(read.Flag, Is.True);
            Assert.That(read.Number, Is.EqualTo(99));
            Assert.That(read.Content, Is.EqualTo(new byte[] { 7 }));
        });
    }

    [Test]
    public void DamageIsOneError()
    {
        byte[] whole = Write(new Sample { Content = [1, 2, 3] });
        byte[] wrongFlag = [.. whole];
        wrongFlag[0] = 2;
        byte[] wrongLength = [.. whole];
        wrongLength[17] = 200;
        Assert.Multiple(() =>
        {
            foreach (byte[] damaged in (byte[][])[whole[..5], whole[..^1], wrongFlag, wrongLength])
            {
                var sample = new Sample { Content = [] };
                Assert.That(() => sample.Transfer(new StateReader(damaged)), Throws.TypeOf<SnapshotException>());
            }
        });
    }

    [Test]
    public void PartsOfAHashCannotRunTogether()
    {
        using var hasher = new StateHasher();
        hasher.Add("a", [1, 2]);
        hasher.Add("b", [3]);
        StateHash first = hasher.Finish();
        hasher.Add("a", [1]);
        hasher.Add("b", [2, 3]);
        Assert.That(hasher.Finish(), Is.Not.EqualTo(first));
    }

    private static byte[] Write(Sample sample)
    {
        var writer = new StateWriter();
        sample.Transfer(writer);
        return writer.Written.ToArray();
    }

    private record struct Sample : IState
    {
        public bool Flag;
        public ulong Number;
        public VirtualTime Time;
        public byte[] Content;

        public void Transfer(StateTransfer transfer)
        {
            transfer.Boolean(ref Flag);
            transfer.UInt64(ref Number);
            transfer.Time(ref Time);
            transfer.Buffer(ref Content, 100);
        }
    }
}
