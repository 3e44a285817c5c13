using Iced.Intel;

namespace TestLab.Processor.Translation;

/// <summary>Numbers of the guest's general registers.</summary>
internal static class GuestRegister
{
    public const int Rax = 0;
    public const int Rcx = 1;
    public const int Rdx = 2;
    public const int Rbx = 3;
    public const int Rsp = 4;
    public const int Rbp = 5;

    /// <summary>0 to 15 for a general register of any width; AH to BH are those of RAX to RBX.</summary>
    public static int NumberOf(Register register) => register.GetFullRegister() - Register.RAX;
}
