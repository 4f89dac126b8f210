/* doctor_machine.c: the kernel, the libc, and the probes; see doctor.h. */
#include <errno.h>
#include <gnu/libc-version.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/doctor.h"
#include "cli/probe_trial.h"

/* linux/prctl.h since Linux 5.11. */
#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59
#define PR_SYS_DISPATCH_ON 1
#endif

static bool
examine_kernel(struct findings *findings)
{
	struct utsname name;
	bool is_ours;

	if (uname(&name) != 0) {
		findings_add(findings, FINDING_UNKNOWN, "kernel", NULL, "uname: %s", strerror(errno));
		return true;
	}
	is_ours = strcmp(name.machine, "x86_64") == 0;
	findings_add(findings, is_ours ? FINDING_FINE : FINDING_PROBLEM, "kernel",
		     is_ours ? NULL : "cloneshim is for x86-64 only", "%s %s, %s", name.sysname, name.release,
		     name.machine);
	return is_ours;
}

static void
examine_trial(struct findings *findings, const struct probe_trial *trial)
{
	bool is_installed = trial->site_count > 0;

	if (is_installed)
		findings_add(findings, FINDING_FINE, "probe patch", NULL, "works: %zu sites of %s (%s)",
			     trial->site_count, trial->libc_path, trial->sites);
	else
		findings_add(findings, FINDING_PROBLEM, "probe patch",
			     "libc calls are still shown, their system calls are not; allow text to be remapped "
			     "(SELinux execmod, systemd MemoryDenyWriteExecute, seccomp) or use strace -f",
			     "not installed: %s", trial->why[0] != '\0' ? trial->why : "no site was found");
	if (trial->left_alone_count > 0)
		findings_add(findings, FINDING_NOTE, "left alone", NULL, "%s", trial->left_alone);
}

static bool
examine_shim(struct findings *findings, const char *shim)
{
	static const char *const argv[] = {"true", NULL};
	struct probe_trial trial;

	probe_trial_run(&trial, shim, argv);
	if (!trial.was_loaded) {
		findings_add(findings, FINDING_PROBLEM, "shim",
			     "check that the file can be read, and that its file system is not mounted noexec",
			     "%s was not loaded into `true`: %s", shim, trial.why);
		return false;
	}
	findings_add(findings, FINDING_FINE, "shim", NULL, "%s, loaded into `true` on %s", shim,
		     trial.libc[0] != '\0' ? trial.libc : "a libc that it does not know");
	examine_trial(findings, &trial);
	return trial.site_count > 0;
}

/* In a child: what was armed must not stay so in us. Returns 0 or an errno value. */
static int
try_dispatch(void)
{
	static char selector; /* SYSCALL_DISPATCH_FILTER_ALLOW: nothing is dispatched */
	pid_t child = fork();
	int status;

	if (child < 0)
		return errno;
	if (child == 0)
		_exit(prctl(PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON, 0, 0, &selector) == 0 ? 0 : errno);
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : ECANCELED;
}

static void
examine_dispatch(struct findings *findings)
{
	int error = try_dispatch();

	if (error == 0)
		findings_add(findings, FINDING_FINE, "syscall dispatch", NULL,
			     "the kernel has Syscall User Dispatch (prctl(2)): CLONESHIM_PATH=full and "
			     "CLONESHIM_PROBE=dispatch work");
	else
		findings_add(findings, FINDING_NOTE, "syscall dispatch", NULL,
			     "the kernel refuses Syscall User Dispatch (prctl(2): %s), which CLONESHIM_PATH=full and "
			     "CLONESHIM_PROBE=dispatch need",
			     strerror(error));
}

bool
doctor_machine(struct findings *findings, const char *shim)
{
	bool works;

	findings_group(findings, "Machine");
	works = examine_kernel(findings);
	findings_add(findings, FINDING_FINE, "libc", NULL, "glibc %s, of this command itself", gnu_get_libc_version());
	if (shim != NULL)
		works = examine_shim(findings, shim) && works;
	examine_dispatch(findings);
	return works && shim != NULL;
}
