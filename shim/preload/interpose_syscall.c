/* interpose_syscall.c: the C half of syscall(2); the other is x86_64/syscall_function.S. Hot path; forwards to libc. */
#include <sys/prctl.h>

#include "decode/names.h"
#include "preload/interpose.h"
#include "preload/memory.h"
#include "preload/pages.h"
#include "preload/probe.h"
#include "preload/probe_hooks.h"
#include "preload/x86_64/syscall.h"

void interpose_missing(void);
const void *interpose_syscall(const uint64_t *args, void *const *return_address);

/* libc's function, once it was looked up. Read by the assembly. */
__attribute__((visibility("hidden"))) const void *interpose_syscall_forward;

/* `args` are the number and five arguments, the sixth stands above the return address. libc's syscall pushes nothing before its
   system call. */
const void *
interpose_syscall(const uint64_t *args, void *const *return_address)
{
	bool is_active = init_is_active();
	const void *forward = real_function(CALL_SYSCALL);
	uint64_t all[LIBC_CALL_MAX_ARGS];

	if (forward == NULL)
		return (const void *)interpose_missing;
	interpose_syscall_forward = forward;
	if (is_active && (args[0] == __NR_seccomp || args[0] == __NR_prctl))
		probe_be_ready(); /* as interpose_prctl.c does */
	if (args[0] == __NR_seccomp || (args[0] == __NR_prctl && args[1] == PR_SET_SECCOMP))
		pages_leave_alone();
	if (!is_active || names_creation_syscall((uint32_t)args[0]) == NULL)
		return forward;
	memcpy(all, args, 6 * sizeof(all[0]));
	all[6] = (uint64_t)return_address[1];
	probe_hooks_announce(&(struct call_entry){CALL_SYSCALL, all, *return_address}, (uint64_t)return_address);
	return forward;
}
