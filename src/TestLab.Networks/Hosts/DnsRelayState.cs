using TestLab.Simulation;

namespace TestLab.Networks.Hosts;

/// <summary>Questions that somebody else is answering, each at the port it was passed on from.</summary>
internal record struct DnsRelayState : IState
{
    public int Next;
    private Question[]? _questions;

    public Question[] Questions
    {
        readonly get => _questions ?? [];
        set => _questions = value;
    }

    public void Transfer(StateTransfer transfer)
    {
        transfer.Count(ref Next, DnsRelay.QuestionLimit);
        Question[] questions = Questions;
        transfer.List(ref questions, DnsRelay.QuestionLimit);
        Questions = questions;
    }

    public record struct Question : IState
    {
        public bool IsOpen;
        public ulong Client;
        public ushort Id;
        public uint Local;

        public void Transfer(StateTransfer transfer)
        {
            transfer.Boolean(ref IsOpen);
            transfer.UInt64(ref Client);
            transfer.UInt16(ref Id);
            transfer.UInt32(ref Local);
        }
    }
}
