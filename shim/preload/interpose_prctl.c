/*
 * interpose_prctl.c: the C half of prctl(2); the other is x86_64/passed_on.S. Hot path; forwards to libc.
 *
 * A program that enters a sandbox is left alone with what the sandbox's author expects of it (seccomp(2)).
 */
#include <stdatomic.h>
#include <stdint.h>
#include <sys/prctl.h>

#include "preload/init.h"
#include "preload/modules.h"
#include "preload/pages.h"

void interpose_missing(void);
const void *interpose_prctl(int option);

const void *
interpose_prctl(int option)
{
	static _Atomic uint64_t cache;
	uint64_t address = atomic_load_explicit(&cache, memory_order_relaxed);

	if (option == PR_SET_SECCOMP)
		pages_leave_alone();
	if (address == 0) {
		init_is_active(); /* the modules are known from then on */
		address = modules_find_next("prctl");
		atomic_store_explicit(&cache, address, memory_order_relaxed);
	}
	return address != 0 ? (const void *)address : (const void *)interpose_missing;
}
