namespace TestLab.Processor.Tests.Judge;

/// <summary>Values for registers and immediates: mostly edges, where carries, signs and widths go wrong.</summary>
public static class RegisterValues
{
    public static ulong Draw(JudgeRandom random) => random.Below(10) switch
    {
        0 or 1 => Edge(random),
        2 => (ulong)random.Below(64),
        3 => JudgeLayout.DataBase + (ulong)random.Below(4 * JudgeLayout.PageBytes),
        4 => (uint)random.Next(),
        5 => random.Next() >> random.Below(64),
        6 => ~(random.Next() >> random.Below(64)),
        _ => random.Next(),
    };

    /// <summary>A selector of the table that both Linux and the emulated kernel have, or beyond it.</summary>
    /// <remarks>Never that of a task, a local table or the processor's number (0x40 to 0x7F), which differ.</remarks>
    public static ushort Selector(JudgeRandom random) => random.Below(10) switch
    {
        0 or 1 => JudgeLayout.CodeSelector64,
        2 or 3 => JudgeLayout.CodeSelector32,
        4 or 5 or 6 => JudgeLayout.DataSelector,
        7 => (ushort)random.Below(4),
        8 => random.Percent(50)
            ? (ushort)random.Below(0x40)
            : random.Pick<ushort>([JudgeLayout.CodeSelector16, JudgeLayout.DataSelector16, 0x0c, 0x17]),
        _ => (ushort)(random.Below(0x1_0000) | 0x80),
    };

    /// <summary>A power of two at the edge of a width, or up to two away from it.</summary>
    public static ulong Edge(JudgeRandom random)
    {
        ulong edge = random.Below(12) switch
        {
            0 => 0,
            1 => 0x80,
            2 => 0x100,
            3 => 0x8000,
            4 => 0x1_0000,
            5 => 0x8000_0000,
            6 => 0x1_0000_0000,
            7 => 0x8000_0000_0000_0000,
            8 => 0x5555_5555_5555_5555,
            9 => 0x0000_8000_0000_0000,
            10 => 1UL << random.Below(64),
            _ => 0,
        };
        return edge + (ulong)(long)random.Between(-2, 2);
    }
}
