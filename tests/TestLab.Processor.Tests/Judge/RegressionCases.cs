namespace TestLab.Processor.Tests.Judge;

/// <summary>Cases in which an engine once differed from the host, as <see cref="JudgeReport.Line"/> writes them.</summary>
public static class RegressionCases
{
    public static readonly string[] Lines =
    [
        // A branch not taken keeps all of EIP, whatever its operand size.
        "32 667716 at=831 flags=a13 rsp=30004800",
        "32 66e2fe at=810 flags=202 rcx=1 rsp=30004800",
        // The code segment cannot be written, flat or not.
        "32 2e0918 rax=300015e0 rbx=930d946e rsp=30004800",
        // Overrides mean nothing in 64-bit code, not even to the choice between #SS and #GP.
        "64 361209 rcx=800000000001 rsp=30004800",
        "64 364da5 rsi=30000326 rdi=73c985ba419fbf45 rsp=30004800",
        // An operand that leaves the canonical half is #GP before it is a page fault.
        "64 0318 rax=7ffffffffffe rsp=30004800",
        "64 f00112 rdx=7fffffffffff rsp=30004800",
        // A branch beyond the limit of its segment does not retire: nothing pushed, nothing counted.
        "16 e9d993 at=ffe rsp=5a5a4180",
        "16 e8a6a4 at=811 rsp=5a5a49e8",
        "16 e2f3 at=0 flags=a42 rcx=8 rsp=5a5a4870",
        // ENTER takes all of ESP as the frame, although the stack is 16 bits wide.
        "16 66c8feff67 at=81a flags=6d6 rsp=5a5a1f58 rbp=ffff0d08",
        // INS and OUTS ask for their port even when the count is zero.
        "32 f36d at=82c flags=246 rdx=7f rsp=30004b18 rdi=30001fe0",
        // A push beside a memory operand is still the stack's: #SS where the pointer is not canonical.
        "64 ff37 rsp=3d6572a479c274c5 rdi=30000100",
        "64 8f07 rsp=8220b65fbd5bd141 rdi=30000100",
        // FXSAVE needs the bytes that it leaves alone, too.
        "64 470fae4548 at=815 flags=a57 rsp=30004958 r13=30001df8",
        // FPREM without a quotient leaves C0 and C3.
        "64 d9f8 rsp=30004800 fx0=7f030041ff0000000000000000000000 fx10=0000000000000000801f0000ffff0000 "
            + "fx20=0000000000000080ff7f000000000000 fx30=0000000000000080ff3f000000000000",
        // FSTPNCE of an empty register only pops.
        "64 d9da rsp=30004800 fx0=7f030000000000000000000000000000 fx10=0000000000000000801f0000ffff0000 "
            + "fx20=0000000000000080ff3f000000000000 fx30=0000000000000080ff7f000000000000",
        // FCMOVcc writes C1 only at a stack underflow.
        "64 dac1 flags=203 rsp=30004800 fx0=7f030002ff0000000000000000000000 fx10=0000000000000000801f0000ffff0000 "
            + "fx20=0000000000000080ff3f000000000000",
        // VERW with LOCK: AMD executes it.
        "64 f0640f00af37e94089 at=81a flags=696 rsp=30004c5a rdi=73c948e66110",
        // A far pointer at the end of the lower half: of its first word or of all of it.
        "64 66ff29 at=838 flags=a43 rcx=7ffffffffffe rsp=30004ec0",
        // SAR leaves AF to nobody; CALL then leads back into the middle of SAR, which faults without its prefix.
        "64 f79a6b7e83ee65d37ea4440fc304c926ff50c9 at=81d flags=ac2 memory=66be58986ad223f6 rax=30000eaf rcx=5555811 rdx=417c8195 rbx=19 rsp=30004348 rbp=800000000002 rsi=ffffffff0cbaa440 rdi=fffabe1922981794 "
            + "r8=5555555555555555 r9=fffffffffffff9c4 r10=12525bea r11=e30345c332fb945b r12=2f r13=ffffffff r14=800000000000 r15=5555555555555555",
        // The fields of an x87 environment are aligned, where alignment is checked.
        "64 419d6645d964d26b at=819 flags=606 memory=83f2e9f9b7ad930b rdx=2c rsp=30004c2b r10=300041b0",
    ];
}
