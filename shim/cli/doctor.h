/*
 * doctor.h: what `cloneshim doctor` examines, a group of findings each.
 */
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include "cli/findings.h"
#include "cli/program_check.h"

/* Kernel, libc, the shim, and what each probe can do here. Returns whether the shim can observe anything. */
bool doctor_machine(struct findings *findings, const char *shim);

/* What could make the creation of threads and processes fail. */
void doctor_limits(struct findings *findings);

/* What of this process the traced program inherits: ptrace, seccomp. */
void doctor_rights(struct findings *findings);

/* A program. Returns whether it can be traced. `shim`: NULL: there is none. */
bool doctor_program(struct findings *findings, const struct program_check *check, const char *name, const char *shim);

#endif
