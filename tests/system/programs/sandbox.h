/* sandbox.h: how the programs in this folder enter a sandbox of their own (seccomp(2)). */
#ifndef SANDBOX_H
#define SANDBOX_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "victim.h"

/* For good, by prctl(2) or by the seccomp system call. */
static inline void
enter_sandbox(struct sock_filter *filter, size_t length, int by_prctl)
{
	struct sock_fprog program = {.len = (unsigned short)length, .filter = filter};

	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	if (by_prctl)
		CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
	else
		CHECK(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0);
}

#endif
