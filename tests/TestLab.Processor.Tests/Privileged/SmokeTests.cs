using static Iced.Intel.AssemblerRegisters;

namespace TestLab.Processor.Tests.Privileged;

public sealed unsafe class SmokeTests
{
    [Test]
    public void EachModeReachesItsEnd([Values("protected", "protected user", "paged", "paged wide", "long", "long user", "virtual", "real")] string mode)
    {
        using SystemMachine machine = mode switch
        {
            "protected" => SystemMachine.Protected(),
            "protected user" => SystemMachine.Protected(3),
            "paged" => SystemMachine.Protected(3, pageLevels: 2),
            "paged wide" => SystemMachine.Protected(3, pageLevels: 3),
            "long" => SystemMachine.Long(),
            "long user" => SystemMachine.Long(3),
            "virtual" => SystemMachine.Virtual8086(),
            _ => SystemMachine.Real(),
        };
        Assert.That(machine.Run(a => a.mov(ax, 5)), Is.EqualTo("done"));
        Assert.That(machine.State->Rax & 0xFFFF, Is.EqualTo(5));
    }
}
