/* doctor_rights.c: what else could observe, and what is inherited; see doctor.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "cli/doctor.h"
#include "cli/kernel_file.h"

/* Documentation/admin-guide/LSM/Yama.rst. */
static const char *const ptrace_scopes[] = {
	"0: any process of the same user may be traced",
	"1: only own children, which is what strace PROG needs; strace -p needs more",
	"2: only with CAP_SYS_PTRACE",
	"3: no process may use ptrace",
};

static void
examine_yama(struct findings *findings)
{
	uint64_t scope;

	if (!kernel_file_number("/proc/sys/kernel/yama/ptrace_scope", &scope))
		findings_add(findings, FINDING_FINE, "ptrace_scope", NULL,
			     "no Yama here: nothing more than the usual rights restricts strace");
	else if (scope < sizeof(ptrace_scopes) / sizeof(ptrace_scopes[0]))
		findings_add(findings, scope >= 2 ? FINDING_NOTE : FINDING_FINE, "ptrace_scope", NULL,
			     "%s; cloneshim needs no ptrace", ptrace_scopes[scope]);
	else
		findings_add(findings, FINDING_UNKNOWN, "ptrace_scope", NULL, "%" PRIu64, scope);
}

static void
examine_seccomp(struct findings *findings)
{
	char mode[32];

	if (!kernel_file_field("/proc/self/status", "Seccomp:", mode, sizeof(mode)))
		findings_add(findings, FINDING_UNKNOWN, "seccomp", NULL, "/proc/self/status does not tell");
	else if (strcmp(mode, "0") == 0)
		findings_add(findings, FINDING_FINE, "seccomp", NULL, "off");
	else
		findings_add(findings, FINDING_NOTE, "seccomp", NULL,
			     "on (mode %s), and inherited by every program: it may deny strace its ptrace, and "
			     "creations with CLONE_NEW* flags; cloneshim shows with which error",
			     mode);
}

static void
examine_no_new_privileges(struct findings *findings)
{
	int is_set = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);

	if (is_set < 0)
		findings_add(findings, FINDING_UNKNOWN, "no_new_privs", NULL, "prctl: %s", strerror(errno));
	else if (is_set == 0)
		findings_add(findings, FINDING_FINE, "no_new_privs", NULL,
			     "off: setuid programs get their rights, and cannot be traced");
	else
		findings_add(findings, FINDING_NOTE, "no_new_privs", NULL,
			     "on: setuid programs run without their rights, and can be traced");
}

void
doctor_rights(struct findings *findings)
{
	findings_group(findings, "Rights, which the program inherits");
	examine_yama(findings);
	examine_seccomp(findings);
	examine_no_new_privileges(findings);
}
