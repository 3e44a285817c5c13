/* The host's own x87 and SSE instructions as a service: reads batches of operations from stdin, answers on stdout.
 *
 * A batch is a 32-bit count and that many requests; the answer is that many replies. All is little-endian.
 * x87 operations run with ST0 = a, ST1 = b, memory = b under control word `control`; SSE operations with
 * XMM0 = a, XMM1 = b, RAX = a under MXCSR `control`. Unmasked exceptions are allowed: an x87 one is left pending and
 * saved by FNSAVE, an SSE one is caught as SIGFPE and sets `faulted`. Build with -mno-red-zone: the flags are pushed. */
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

struct request { uint32_t operation, control; uint8_t a[16], b[16]; };
struct reply { uint8_t first[16], second[16], memory[16]; uint32_t status, faulted; };

static sigjmp_buf resume;
static volatile uint32_t mxcsr_at_fault;

static void on_exception(int number, siginfo_t *information, void *context)
{
    (void)number; (void)information;
    mxcsr_at_fault = ((ucontext_t *)context)->uc_mcontext.fpregs->mxcsr;
    siglongjmp(resume, 1);
}

#define X87(number, instruction) \
    case number: \
        __asm__ volatile("fninit\n fldt %[b]\n fldt %[a]\n fldcw %[control]\n" instruction "\n fnsave %[saved]" \
            : [saved] "=m"(saved), "+m"(memory) \
            : [a] "m"(request->a), [b] "m"(request->b), [control] "m"(control), [m] "r"(memory) \
            : "memory", "cc"); \
        break;

static int run_x87(const struct request *request, struct reply *reply)
{
    uint8_t saved[128], memory[16];
    uint16_t control = (uint16_t)request->control;
    memcpy(memory, request->b, 16);
    switch (request->operation)
    {
        X87(0, "fadd %%st(1), %%st")
        X87(1, ".byte 0xd8, 0xe1") /* fsub st0, st1 */
        X87(2, ".byte 0xd8, 0xe9") /* fsubr st0, st1 */
        X87(3, "fmul %%st(1), %%st")
        X87(4, ".byte 0xd8, 0xf1") /* fdiv st0, st1 */
        X87(5, ".byte 0xd8, 0xf9") /* fdivr st0, st1 */
        X87(6, "fprem")
        X87(7, "fprem1")
        X87(8, "fscale")
        X87(9, "fcom %%st(1)")
        X87(10, "fucom %%st(1)")
        X87(11, "fpatan")
        X87(12, "fyl2x")
        X87(13, "fyl2xp1")
        X87(20, "fsqrt")
        X87(21, "frndint")
        X87(22, "fxtract")
        X87(23, "fxam")
        X87(24, "f2xm1")
        X87(25, "fsin")
        X87(26, "fcos")
        X87(27, "fsincos")
        X87(28, "fptan")
        X87(29, "ftst")
        X87(30, "flds (%[m])")
        X87(31, "fldl (%[m])")
        X87(32, "filds (%[m])")
        X87(33, "fildl (%[m])")
        X87(34, "fildll (%[m])")
        X87(35, "fbld (%[m])")
        X87(36, "fadds (%[m])")
        X87(37, "faddl (%[m])")
        X87(38, "fdivs (%[m])")
        X87(39, "fdivrl (%[m])")
        X87(40, "fiadds (%[m])")
        X87(41, "fidivl (%[m])")
        X87(42, "fcoms (%[m])")
        X87(43, "fsts (%[m])")
        X87(44, "fstl (%[m])")
        X87(45, "fists (%[m])")
        X87(46, "fistl (%[m])")
        X87(47, "fistpll (%[m])")
        X87(48, "fisttps (%[m])")
        X87(49, "fisttpl (%[m])")
        X87(50, "fisttpll (%[m])")
        X87(51, "fbstp (%[m])")
        X87(52, "fmull (%[m])")
        X87(60, "fld1")
        X87(61, "fldl2t")
        X87(62, "fldl2e")
        X87(63, "fldpi")
        X87(64, "fldlg2")
        X87(65, "fldln2")
        X87(66, "fldz")
        default: return 0;
    }

    /* What a popping instruction leaves in the registers below is of no interest. */
    int is_popping_store = request->operation >= 47 && request->operation <= 51;
    int is_popping = request->operation >= 11 && request->operation <= 13;
    memcpy(reply->first, saved + 28, is_popping_store ? 0 : 10);
    memcpy(reply->second, saved + 38, is_popping_store || is_popping ? 0 : 10);
    memcpy(reply->memory, memory, 16);
    reply->status = saved[4] | (uint32_t)saved[5] << 8;
    return 1;
}

#define SSE(number, instruction) \
    case number: \
        __asm__ volatile("movdqu %[a], %%xmm0\n movdqu %[b], %%xmm1\n mov %[a], %%rax\n ldmxcsr %[control]\n" \
            instruction "\n stmxcsr %[status]\n pushfq\n pop %%rcx\n ldmxcsr %[masked]\n" \
            "movdqu %%xmm0, %[first]\n mov %%rax, %[second]\n mov %%rcx, %[flags]" \
            : [status] "=m"(reply->status), [first] "=m"(reply->first), [second] "=m"(reply->second), \
              [flags] "=m"(reply->memory) \
            : [a] "m"(request->a), [b] "m"(request->b), [control] "m"(request->control), [masked] "m"(masked) \
            : "rax", "rcx", "xmm0", "xmm1", "memory", "cc"); \
        break;

static int run_sse(const struct request *request, struct reply *reply)
{
    static const uint32_t masked = 0x1F80;
    if (sigsetjmp(resume, 0) != 0)
    {
        __asm__ volatile("ldmxcsr %0" : : "m"(masked));
        reply->status = mxcsr_at_fault;
        reply->faulted = 1;
        return 1;
    }

    switch (request->operation)
    {
        SSE(100, "addss %%xmm1, %%xmm0")
        SSE(101, "subss %%xmm1, %%xmm0")
        SSE(102, "mulss %%xmm1, %%xmm0")
        SSE(103, "divss %%xmm1, %%xmm0")
        SSE(104, "sqrtss %%xmm0, %%xmm0")
        SSE(105, "minss %%xmm1, %%xmm0")
        SSE(106, "maxss %%xmm1, %%xmm0")
        SSE(107, "comiss %%xmm1, %%xmm0")
        SSE(108, "ucomiss %%xmm1, %%xmm0")
        SSE(109, "roundss $0, %%xmm0, %%xmm0")
        SSE(110, "roundss $1, %%xmm0, %%xmm0")
        SSE(111, "roundss $2, %%xmm0, %%xmm0")
        SSE(112, "roundss $3, %%xmm0, %%xmm0")
        SSE(113, "cvtsi2ss %%eax, %%xmm0")
        SSE(114, "cvtsi2ss %%rax, %%xmm0")
        SSE(115, "cvtss2si %%xmm0, %%eax")
        SSE(116, "cvtss2si %%xmm0, %%rax")
        SSE(117, "cvttss2si %%xmm0, %%eax")
        SSE(118, "cvttss2si %%xmm0, %%rax")
        SSE(119, "cvtss2sd %%xmm0, %%xmm0")
        SSE(130, "addsd %%xmm1, %%xmm0")
        SSE(131, "subsd %%xmm1, %%xmm0")
        SSE(132, "mulsd %%xmm1, %%xmm0")
        SSE(133, "divsd %%xmm1, %%xmm0")
        SSE(134, "sqrtsd %%xmm0, %%xmm0")
        SSE(135, "minsd %%xmm1, %%xmm0")
        SSE(136, "maxsd %%xmm1, %%xmm0")
        SSE(137, "comisd %%xmm1, %%xmm0")
        SSE(138, "ucomisd %%xmm1, %%xmm0")
        SSE(139, "roundsd $0, %%xmm0, %%xmm0")
        SSE(140, "roundsd $1, %%xmm0, %%xmm0")
        SSE(141, "roundsd $2, %%xmm0, %%xmm0")
        SSE(142, "roundsd $3, %%xmm0, %%xmm0")
        SSE(143, "cvtsi2sd %%eax, %%xmm0")
        SSE(144, "cvtsi2sd %%rax, %%xmm0")
        SSE(145, "cvtsd2si %%xmm0, %%eax")
        SSE(146, "cvtsd2si %%xmm0, %%rax")
        SSE(147, "cvttsd2si %%xmm0, %%eax")
        SSE(148, "cvttsd2si %%xmm0, %%rax")
        SSE(149, "cvtsd2ss %%xmm0, %%xmm0")
        SSE(160, "addps %%xmm1, %%xmm0")
        SSE(161, "divps %%xmm1, %%xmm0")
        default: return 0;
    }

    reply->memory[0] &= 0x45; /* ZF, PF, CF: what the comparisons write */
    memset(reply->memory + 1, 0, sizeof reply->memory - 1);
    if (request->operation % 30 != 17 && request->operation % 30 != 18)
    {
        reply->memory[0] = 0;
    }

    return 1;
}

static void read_all(void *buffer, size_t length)
{
    if (fread(buffer, 1, length, stdin) != length)
    {
        exit(2);
    }
}

int main(void)
{
    struct sigaction action = { 0 };
    action.sa_sigaction = on_exception;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    sigaction(SIGFPE, &action, NULL);

    uint32_t count;
    while (fread(&count, sizeof count, 1, stdin) == 1)
    {
        struct request *requests = malloc(count * sizeof *requests);
        struct reply *replies = calloc(count, sizeof *replies);
        if (requests == NULL || replies == NULL)
        {
            return 3;
        }

        read_all(requests, count * sizeof *requests);
        for (uint32_t i = 0; i < count; i++)
        {
            if (!run_x87(&requests[i], &replies[i]) && !run_sse(&requests[i], &replies[i]))
            {
                fprintf(stderr, "unknown operation %u\n", requests[i].operation);
                return 4;
            }
        }

        fwrite(replies, sizeof *replies, count, stdout);
        fflush(stdout);
        free(requests);
        free(replies);
    }

    return 0;
}
