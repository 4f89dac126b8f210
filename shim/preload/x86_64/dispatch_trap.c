/* dispatch_trap.c: our handler of SIGSYS, x86-64: registers in and out; see dispatch.h. Hot path, with all signals blocked. */
#include <linux/audit.h>
#include <ucontext.h>

#include "preload/dispatch.h"
#include "preload/memory.h"
#include "preload/x86_64/syscall.h"

#define SYSCALL_LENGTH 2 /* bytes: 0f 05 */

extern const uint8_t dispatch_stub[];

static void
read_registers(struct trapped_syscall *trapped, const greg_t *registers)
{
	static const int arguments[] = {REG_RDI, REG_RSI, REG_RDX, REG_R10, REG_R8, REG_R9};

	trapped->nr = (uint32_t)registers[REG_RAX];
	for (unsigned i = 0; i < 6; i++)
		trapped->args[i] = (uint64_t)registers[arguments[i]];
	trapped->site = (uint64_t)registers[REG_RIP] - SYSCALL_LENGTH;
	trapped->stack = (uint64_t)registers[REG_RSP];
}

/* A handler of the program, for a fault in the midst of a window, returns: its frame, and the mask in it, are where the stack pointer
   is (arch/x86/include/asm/sigframe.h, behind the return address that was taken off). */
static void
return_from_handler(const struct trapped_syscall *trapped)
{
	ucontext_t *frame = (ucontext_t *)trapped->stack;
	uint64_t ignored;

	dispatch_give_up(memory_readable((uint64_t)&frame->uc_sigmask, sizeof(uint64_t))
				 ? (uint64_t *)&frame->uc_sigmask
				 : &ignored);
}

static void
send_on(greg_t *registers, uint64_t *mask, const struct trapped_syscall *trapped)
{
	struct trapped_fate fate = dispatch_trapped(trapped, *mask);

	*mask = fate.mask;
	switch (fate.kind) {
	case TRAPPED_TO_STUB:
		registers[REG_RCX] = registers[REG_RIP];
		registers[REG_RIP] = (greg_t)dispatch_stub;
		break;
	case TRAPPED_TO_CREATION_STUB:
		registers[REG_RIP] = (greg_t)fate.stub;
		break;
	case TRAPPED_IN_PLACE:
		registers[REG_RIP] = (greg_t)trapped->site;
		break;
	case TRAPPED_ANSWERED:
		registers[REG_RAX] = fate.result;
		break;
	}
}

void
dispatch_trap(int signal, siginfo_t *information, void *context)
{
	ucontext_t *interrupted = context;
	greg_t *registers = interrupted->uc_mcontext.gregs;
	uint64_t *mask = (uint64_t *)&interrupted->uc_sigmask;
	struct trapped_syscall trapped;

	(void)signal;
	if (information->si_code != SIGSYS_DISPATCHED) {
		*mask = dispatch_hand_on(information, context, *mask);
		return;
	}
	read_registers(&trapped, registers);
	if (trapped.nr != __NR_rt_sigreturn && information->si_arch == AUDIT_ARCH_X86_64) {
		send_on(registers, mask, &trapped);
		return;
	}
	if (trapped.nr == __NR_rt_sigreturn)
		return_from_handler(&trapped);
	else
		dispatch_give_up(mask); /* int $0x80: two bytes as well */
	registers[REG_RIP] = (greg_t)trapped.site;
}
