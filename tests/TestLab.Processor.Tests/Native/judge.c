// Runs test cases on the host's processor and reports what it did: the judge of TestLab's own engines.
//
// A request on standard input is a header, the data pages when they change, and cases; the reply on standard output is a
// header and an outcome for each case. Every case ends with a signal, whose context holds the whole user-visible
// state: an int3 behind or around the code is "retired normally", all else is a fault of the case.
//
// Address space of a case (all below 2 GiB, so that 32-bit code and absolute displacements reach it):
//   0x20000000  2 pages  code, read and execute; 0xCC wherever the case has put nothing; not mapped before and behind
//   0x30000000  2 pages  data, read and write; not mapped before
//   0x30002000  1 page   data, read only
//   0x30003000  1 page   not mapped
//   0x30004000  1 page   data (stack), read and write; not mapped behind
//
// FS and GS are null, with the bases 0x30000040 and 0x123456780 for 64-bit code.
//
// 16-bit code runs in two segments of a local descriptor table: code (0x07) from 0x20000000 with a limit of 0x1FFF, data
// and stack (0x0F) from 0x30000000 with a limit of 0x4FFF. IRET into such a stack leaves the upper half of ESP as it was;
// that the state to load lies at 0x5a5af000 makes it known.

#define _GNU_SOURCE
#include <asm/ldt.h>
#include <asm/prctl.h>
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

enum
{
    PageBytes = 4096,
    CodeBytes = 2 * PageBytes,
    CodeBase = 0x20000000,
    DataBase = 0x30000000,
    WritablePages = 3,
    MemoryBytes = 4 * PageBytes, // two writable pages, the read-only page, the stack page: the order in a request
    MaximumCodeBytes = 64,
    FloatBytes = 512,
    ReportedFloatBytes = 416, // the registers of the FXSAVE image; the rest is the kernel's
    CodeSelector64 = 0x33,
    CodeSelector32 = 0x23,
    CodeSelector16 = 0x07,
    DataSelector = 0x2b,
    DataSelector16 = 0x0f,
    EntryBase = 0x5a5af000,
    VectorTimeout = 0xfe,
    WatchdogMicroseconds = 20000,
    RequestMagic = 0x4547444a
};

struct request
{
    uint32_t magic;
    uint32_t count;
    uint32_t has_memory;
    uint32_t reserved;
};

struct test_case
{
    uint64_t registers[16]; // in encoding order: rax rcx rdx rbx rsp rbp rsi rdi r8 ... r15
    uint64_t flags;
    uint32_t bits; // 64, 32 or 16
    uint32_t code_offset;
    uint32_t code_length;
    uint32_t reserved;
    uint8_t code[MaximumCodeBytes];
    uint8_t floats[FloatBytes];
};

struct outcome
{
    uint32_t vector;
    uint32_t error;
    uint64_t fault_address;
    uint64_t instruction_pointer;
    uint64_t flags;
    uint64_t registers[16];
    uint16_t selectors[6]; // ES CS SS DS FS GS
    uint32_t changes;
    uint8_t floats[ReportedFloatBytes];
};

struct change
{
    uint64_t offset;
    uint64_t value;
};

// What judge_enter loads, in its order: FXRSTOR, fifteen pops, IRETQ.
struct entry
{
    uint8_t floats[FloatBytes];
    uint64_t popped[15];
    uint64_t rip, cs, rflags, rsp, ss;
} __attribute__((aligned(64)));

static struct entry *const entry = (struct entry *)EntryBase;
static struct outcome outcome;
static uint8_t pristine[MemoryBytes] __attribute__((aligned(64)));
static uint8_t *code_alias;
static volatile uint32_t running, sequence, seen_sequence, seen_ticks;
uint64_t judge_saved_stack, judge_fs_base;
uint16_t judge_selectors[4]; // ES DS FS GS as the case left them
uint8_t judge_has_fsgsbase;

void judge_enter(struct entry *);
_Noreturn void judge_leave(void);
void judge_fault_entry(int, siginfo_t *, void *);
void judge_tick_entry(int, siginfo_t *, void *);
void judge_on_fault(int, siginfo_t *, void *);
void judge_on_tick(int, siginfo_t *, void *);

// The frame of IRETQ loads RIP, CS, RFLAGS, RSP and SS at once, and IRETQ serializes, so code written through
// the alias is seen. Leaving abandons the signal frame: the alternate stack starts anew at the next signal, and gives
// FS back its base, which the C library needs and the handlers do without.
__asm__(
    ".globl judge_enter\n"
    "judge_enter:\n"
    "  push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15\n"
    "  mov %rsp, judge_saved_stack(%rip)\n"
    "  mov 664(%rdi), %eax; mov %eax, %ds; mov %eax, %es\n" // the data segments are the stack's
    "  fxrstor64 (%rdi)\n"
    "  mov %rdi, %rbx\n"
    "  mov $0x30000040, %r12d; mov $0x123456780, %r13\n" // the bases of FS and GS
    "  cmpb $0, judge_has_fsgsbase(%rip); je 1f\n"
    "  wrfsbase %r12; wrgsbase %r13; jmp 2f\n"
    "1: mov $158, %eax; mov $0x1002, %edi; mov %r12, %rsi; syscall\n"
    "  mov $158, %eax; mov $0x1001, %edi; mov %r13, %rsi; syscall\n"
    "2: lea 512(%rbx), %rsp\n"
    "  pop %r15; pop %r14; pop %r13; pop %r12; pop %r11; pop %r10; pop %r9; pop %r8\n"
    "  pop %rdi; pop %rsi; pop %rbp; pop %rbx; pop %rdx; pop %rcx; pop %rax\n"
    "  iretq\n"
    ".globl judge_leave\n"
    "judge_leave:\n"
    "  mov judge_saved_stack(%rip), %rsp\n"
    "  xor %eax, %eax; mov %eax, %fs; mov %eax, %gs\n"
    "  mov judge_fs_base(%rip), %rsi\n"
    "  cmpb $0, judge_has_fsgsbase(%rip); je 1f\n"
    "  wrfsbase %rsi; jmp 2f\n"
    "1: mov $158, %eax; mov $0x1002, %edi; syscall\n"
    "2:\n"
    "  pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\n"
    "  ret\n"
    // A case may have set AC or NT, which the kernel leaves set in a handler.
    "judge_fault_entry:\n"
    "  lea judge_on_fault(%rip), %r11; jmp 3f\n"
    "judge_tick_entry:\n"
    "  lea judge_on_tick(%rip), %r11\n"
    "3: pushq $0x202; popfq\n"
    "  mov %es, judge_selectors(%rip); mov %ds, 2+judge_selectors(%rip)\n"
    "  mov %fs, 4+judge_selectors(%rip); mov %gs, 6+judge_selectors(%rip)\n"
    "  jmp *%r11\n");

_Static_assert(offsetof(struct entry, ss) == 664, "judge_enter knows the place");

static const uint8_t pop_order[15] = {15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 3, 2, 1, 0};

static _Noreturn void fail(const char *what)
{
    perror(what);
    _exit(2);
}

static void take_outcome(const ucontext_t *context, uint32_t vector)
{
    static const uint8_t order[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
                                      REG_R8, REG_R9, REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};
    const greg_t *state = context->uc_mcontext.gregs;
    outcome.vector = vector;
    outcome.error = (uint32_t)state[REG_ERR];
    outcome.fault_address = vector == 14 ? (uint64_t)state[REG_CR2] : 0;
    outcome.instruction_pointer = (uint64_t)state[REG_RIP];
    outcome.flags = (uint64_t)state[REG_EFL];
    outcome.selectors[0] = judge_selectors[0];
    outcome.selectors[1] = (uint16_t)state[REG_CSGSFS];
    outcome.selectors[2] = (uint16_t)(state[REG_CSGSFS] >> 48);
    outcome.selectors[3] = judge_selectors[1];
    outcome.selectors[4] = judge_selectors[2];
    outcome.selectors[5] = judge_selectors[3];
    for (int i = 0; i < 16; i++)
    {
        outcome.registers[i] = (uint64_t)state[order[i]];
    }
    memcpy(outcome.floats, context->uc_mcontext.fpregs, ReportedFloatBytes);
}

void judge_on_fault(int signal_number, siginfo_t *information, void *context)
{
    (void)information;
    if (!running)
    {
        // The judge itself is at fault: let the signal have its usual end.
        signal(signal_number, SIG_DFL);
        return;
    }
    running = 0;
    take_outcome(context, (uint32_t)((ucontext_t *)context)->uc_mcontext.gregs[REG_TRAPNO]);
    judge_leave();
}

void judge_on_tick(int signal_number, siginfo_t *information, void *context)
{
    (void)signal_number;
    (void)information;
    if (!running || sequence != seen_sequence)
    {
        seen_sequence = sequence;
        seen_ticks = 0;
        return;
    }
    if (++seen_ticks < 2)
    {
        return;
    }
    // Only code of the case may be abandoned: judge_enter is between the two for some instructions.
    const greg_t *state = ((ucontext_t *)context)->uc_mcontext.gregs;
    uint64_t rip = (uint64_t)state[REG_RIP];
    if ((state[REG_CSGSFS] & 0xffff) == CodeSelector16 || (rip >= CodeBase && rip < CodeBase + CodeBytes))
    {
        running = 0;
        take_outcome(context, VectorTimeout);
        judge_leave();
    }
}

static void catch(int signal_number, void (*handler)(int, siginfo_t *, void *))
{
    struct sigaction action = {0};
    action.sa_sigaction = handler;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    sigemptyset(&action.sa_mask);
    if (sigaction(signal_number, &action, NULL) != 0)
    {
        fail("sigaction");
    }
}

static void map_fixed(uintptr_t address, size_t length, int protection, int file)
{
    int flags = MAP_FIXED_NOREPLACE | (file < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED);
    if (mmap((void *)address, length, protection, flags, file, 0) != (void *)address)
    {
        fail("mmap");
    }
}

static void describe(unsigned entry_number, unsigned base, unsigned limit, unsigned contents)
{
    struct user_desc descriptor = {
        .entry_number = entry_number, .base_addr = base, .limit = limit, .contents = contents};
    if (syscall(SYS_modify_ldt, 0x11, &descriptor, sizeof descriptor) != 0)
    {
        fail("modify_ldt");
    }
}

static void set_up(void)
{
    if (syscall(SYS_arch_prctl, ARCH_GET_FS, &judge_fs_base) != 0)
    {
        fail("arch_prctl");
    }
    judge_has_fsgsbase = (getauxval(AT_HWCAP2) & 2) != 0;
    static uint8_t alternate[65536] __attribute__((aligned(64)));
    stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
    if (sigaltstack(&stack, NULL) != 0)
    {
        fail("sigaltstack");
    }
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
    {
        catch(faults[i], judge_fault_entry);
    }
    catch(SIGALRM, judge_tick_entry);

    int code = memfd_create("code", 0);
    if (code < 0 || ftruncate(code, CodeBytes) != 0)
    {
        fail("memfd_create");
    }
    map_fixed(CodeBase, CodeBytes, PROT_READ | PROT_EXEC, code);
    code_alias = mmap(NULL, CodeBytes, PROT_READ | PROT_WRITE, MAP_SHARED, code, 0);
    if (code_alias == MAP_FAILED)
    {
        fail("mmap");
    }
    memset(code_alias, 0xcc, CodeBytes);
    map_fixed(DataBase, 2 * PageBytes, PROT_READ | PROT_WRITE, -1);
    map_fixed(DataBase + 2 * PageBytes, PageBytes, PROT_READ, -1);
    map_fixed(DataBase + 4 * PageBytes, PageBytes, PROT_READ | PROT_WRITE, -1);

    map_fixed(EntryBase, PageBytes, PROT_READ | PROT_WRITE, -1);
    describe(0, CodeBase, 0x1fff, MODIFY_LDT_CONTENTS_CODE);
    describe(1, DataBase, 0x4fff, MODIFY_LDT_CONTENTS_DATA);

    struct itimerval watchdog = {{0, WatchdogMicroseconds}, {0, WatchdogMicroseconds}};
    if (setitimer(ITIMER_REAL, &watchdog, NULL) != 0)
    {
        fail("setitimer");
    }
}

// The writable pages as (place in memory, place in the pristine image).
static uint8_t *const writable[WritablePages] = {
    (uint8_t *)DataBase, (uint8_t *)DataBase + PageBytes, (uint8_t *)DataBase + 4 * PageBytes};
static const size_t writable_image[WritablePages] = {0, PageBytes, 3 * PageBytes};

static void load_memory(void)
{
    for (int page = 0; page < WritablePages; page++)
    {
        memcpy(writable[page], pristine + writable_image[page], PageBytes);
    }
    uint8_t *read_only = (uint8_t *)DataBase + 2 * PageBytes;
    if (mprotect(read_only, PageBytes, PROT_READ | PROT_WRITE) != 0)
    {
        fail("mprotect");
    }
    memcpy(read_only, pristine + 2 * PageBytes, PageBytes);
    if (mprotect(read_only, PageBytes, PROT_READ) != 0)
    {
        fail("mprotect");
    }
}

// Lists the eight-byte words that the case changed and puts the pristine ones back.
static uint32_t collect_changes(struct change *changes)
{
    uint32_t count = 0;
    for (int page = 0; page < WritablePages; page++)
    {
        uint64_t *now = (uint64_t *)writable[page];
        const uint64_t *before = (const uint64_t *)(pristine + writable_image[page]);
        if (memcmp(now, before, PageBytes) == 0)
        {
            continue;
        }
        for (size_t word = 0; word < PageBytes / sizeof *now; word++)
        {
            if (now[word] != before[word])
            {
                changes[count].offset = (uint64_t)((uintptr_t)&now[word] - DataBase);
                changes[count].value = now[word];
                count++;
                now[word] = before[word];
            }
        }
    }
    return count;
}

static size_t run_case(const struct test_case *test, uint8_t *reply)
{
    uint32_t length = test->code_length, offset = test->code_offset;
    if (length > MaximumCodeBytes || offset > CodeBytes || length > CodeBytes - offset)
    {
        fprintf(stderr, "code does not fit\n");
        _exit(3);
    }
    memcpy(code_alias + offset, test->code, length);
    memcpy(entry->floats, test->floats, FloatBytes);
    for (int i = 0; i < 15; i++)
    {
        entry->popped[i] = test->registers[pop_order[i]];
    }
    entry->rip = test->bits == 16 ? offset : CodeBase + offset;
    entry->cs = test->bits == 64 ? CodeSelector64 : test->bits == 32 ? CodeSelector32 : CodeSelector16;
    entry->rflags = test->flags;
    entry->rsp = test->registers[4];
    entry->ss = test->bits == 16 ? DataSelector16 : DataSelector;
    sequence++;
    running = 1;
    judge_enter(entry);
    memset(code_alias + offset, 0xcc, length);
    outcome.changes = collect_changes((struct change *)(reply + sizeof outcome));
    memcpy(reply, &outcome, sizeof outcome);
    return sizeof outcome + outcome.changes * sizeof(struct change);
}

// False at the end of the input before the first byte; the watchdog's signals interrupt reads.
static int read_all(void *target, size_t length)
{
    for (size_t done = 0; done < length;)
    {
        ssize_t now = TEMP_FAILURE_RETRY(read(0, (uint8_t *)target + done, length - done));
        if (now < 0 || (now == 0 && done != 0))
        {
            fail("read");
        }
        if (now == 0)
        {
            return 0;
        }
        done += (size_t)now;
    }
    return 1;
}

static void write_all(const void *source, size_t length)
{
    for (size_t done = 0; done < length;)
    {
        ssize_t now = TEMP_FAILURE_RETRY(write(1, (const uint8_t *)source + done, length - done));
        if (now < 0)
        {
            fail("write");
        }
        done += (size_t)now;
    }
}

int main(void)
{
    const size_t largest = sizeof(struct outcome) + WritablePages * PageBytes / 8 * sizeof(struct change);
    struct request request;
    set_up();
    uint8_t *reply = malloc(1 << 20);
    struct test_case *tests = malloc(sizeof *tests);
    while (read_all(&request, sizeof request))
    {
        if (request.magic != RequestMagic || request.count > 1 << 20)
        {
            fprintf(stderr, "not a request\n");
            return 3;
        }
        if (request.has_memory)
        {
            if (!read_all(pristine, sizeof pristine))
            {
                return 3;
            }
            load_memory();
        }
        tests = realloc(tests, (request.count + 1) * sizeof *tests);
        if (tests == NULL || reply == NULL)
        {
            fail("malloc");
        }
        if (request.count != 0 && !read_all(tests, request.count * sizeof *tests))
        {
            return 3;
        }
        size_t length = 0;
        for (uint32_t i = 0; i < request.count; i++)
        {
            length += run_case(&tests[i], reply + length);
            if (length + largest > 1 << 20 || i + 1 == request.count)
            {
                write_all(reply, length);
                length = 0;
            }
        }
    }
    return 0;
}
