/*
 * probe_trial.h: the shim tried on a small program, to see what it can observe here, or under another libc.
 */
#ifndef CLI_PROBE_TRIAL_H
#define CLI_PROBE_TRIAL_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

struct probe_trial {
	bool was_loaded;          /* the shim reported; else `why` tells the reason, and nothing below is valid */
	char why[512];            /* of the trial: one line. With was_loaded: why there is no probe, or ""  */
	char libc[64];            /* "glibc 2.36"; "": not recognised */
	char libc_path[PATH_MAX]; /* where its sites are; "": there are none */
	char probe[16];           /* "patch", "off" */
	char sites[512];          /* "clone in _Fork, clone3 in clone3" */
	size_t site_count;
	char left_alone[512]; /* the same, with the reason */
	size_t left_alone_count;
};

/* Runs `argv` under the shim at `shim`, with nothing to read and nothing written, for at most ten seconds. */
void probe_trial_run(struct probe_trial *trial, const char *shim, const char *const *argv);

#endif
