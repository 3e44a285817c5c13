namespace TestLab.Images.Agent;

/// <summary>
/// The program in a guest at the other end of its control channel. It is assembled here, has no libraries and runs on
/// every Linux since 3.2; the host's end is <c>TestLab.Machines.Control</c>.
/// </summary>
public static class GuestAgent
{
    /// <summary>The executable file for an architecture in Debian's words, <c>amd64</c> or <c>i386</c>.</summary>
    public static byte[] For(string architecture) => AgentProgram.For(architecture);
}
