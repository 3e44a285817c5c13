using TestLab.Processor.Memory;
using TestLab.Processor.Tests.Privileged;
using static TestLab.Processor.Tests.Privileged.SystemMachine;

namespace TestLab.Processor.Tests.Translation.Programs;

/// <summary>The selectors of a random program and its handlers, and the descriptors they name.</summary>
internal sealed class ProgramSegments(ProgramShape shape)
{
    private const int CodeType = 0x1B;
    private const int DataType = 0x13;
    private const int ExpandDownType = 0x17;
    private const uint All = 0xFFFFF;
    private const int User = 3;
    private const int Big = 0xC; // Limit in pages, 32 bits.
    private const int BigBytes = 0x4;
    private const int LongCode = 0xA;
    private const ushort Task = 0x48;

    public ushort Code => shape.Mode == ProgramMode.Real ? (ushort)(ProgramLayout.CodeBase >> 4) : shape.IsUser ? (ushort)0x1B : (ushort)0x08;

    public ushort Data => shape.Mode == ProgramMode.Real ? (ushort)(ProgramLayout.DataBase >> 4) : shape.IsUser ? (ushort)0x23 : (ushort)0x10;

    public ushort Stack => shape.Mode switch
    {
        ProgramMode.Real => (ushort)(ProgramLayout.StackBase >> 4),
        ProgramMode.Protected16 => 0x58,
        _ => Data,
    };

    public ushort Handlers => shape.Mode == ProgramMode.Real ? (ushort)(ProgramLayout.HandlerBase >> 4) : (ushort)0x28;

    /// <summary>What the program loads into DS, ES, FS and GS: the usual one, and others with bases and limits.</summary>
    public ushort[] Various => shape.Mode == ProgramMode.Real ? [Data, (ushort)(Data + 1), (ushort)(Data + 0x80)] : [Data, 0x33, 0x3B, 0x43];

    public void Write(GuestMemory memory)
    {
        bool narrow = shape.Bits == 16;
        ulong data = narrow ? ProgramLayout.DataBase : 0;
        int code = shape.Mode == ProgramMode.Long ? LongCode : narrow ? 0 : Big;
        uint limit = narrow ? 0xFFFF : All;
        Write(0x08, Segment(narrow ? ProgramLayout.CodeBase : 0, limit, CodeType, 0, code));
        Write(0x10, Segment(data, limit, DataType, 0, narrow ? 0 : Big));
        Write(0x18, Segment(0, limit, CodeType, User, code));
        Write(0x20, Segment(0, limit, DataType, User, Big));
        Write(0x28, Segment(narrow ? ProgramLayout.HandlerBase : 0, limit, CodeType, 0, shape.IsLong ? LongCode : code));

        // Elsewhere; ending within the data; beginning within the data.
        uint end = (uint)(new ProgramLayout(shape).Data + 0x900);
        Write(0x30, Segment(data + 0x35, limit, DataType, User, narrow ? 0 : Big));
        Write(0x38, Segment(data + 0x10, end, DataType, User, narrow ? 0 : BigBytes));
        Write(0x40, Segment(data, end, ExpandDownType, User, narrow ? 0 : BigBytes));
        Write(Task, Segment(ProgramLayout.TaskState, 0xFF, 11, 0));
        Write(0x58, Segment(ProgramLayout.StackBase, limit, DataType, 0, 0));

        void Write(ulong selector, ulong descriptor) => memory.TryWriteUInt64(ProgramLayout.DescriptorTable + selector, descriptor);
    }
}
