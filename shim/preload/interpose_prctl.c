/*
 * interpose_prctl.c: the C half of prctl(2); the other is x86_64/passed_on.S. Hot path; forwards to libc.
 *
 * A program that enters a sandbox is left alone with what the sandbox's author expects of it (seccomp(2)). What would be changed in it
 * later is changed before.
 */
#include <stdatomic.h>
#include <stdint.h>
#include <sys/prctl.h>

#include "preload/init.h"
#include "preload/pages.h"
#include "preload/passed_on.h"
#include "preload/probe.h"

/* PR_SET_MDWE (Linux 6.3) and PR_SET_SYSCALL_USER_DISPATCH (5.11), which older headers lack. */
enum { MDWE = 65, DISPATCH = 59 };

void interpose_missing(void);
const void *interpose_prctl(int option);

const void *
interpose_prctl(int option)
{
	static _Atomic uint64_t cache;
	bool is_active = init_is_active(); /* the modules are known from then on */

	if (is_active && (option == PR_SET_SECCOMP || option == MDWE || option == DISPATCH))
		probe_be_ready();
	if (option == PR_SET_SECCOMP)
		pages_leave_alone();
	return passed_on_find(&cache, "prctl", interpose_missing);
}
