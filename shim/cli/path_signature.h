/*
 * path_signature.h: the system calls that a libc call became, as text in which equal paths are equal: flags are there, addresses are not.
 *
 *     pthread_create: clone3(CLONE_VM|…, a stack) = ENOSYS clone(CLONE_VM|…, stack by libc)
 *     pthread_create: mmap(PROT_NONE, MAP_…) mprotect(PROT_READ|PROT_WRITE) rt_sigprocmask(SIG_BLOCK) clone3(…) …
 *
 * Pure.
 */
#ifndef CLI_PATH_SIGNATURE_H
#define CLI_PATH_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decode/creation.h"
#include "decode/out.h"

#define PATH_SIGNATURE_MAX 16384 /* bytes of text; what is longer is cut, and marked */
#define PATH_LABEL_MAX 256

/* One system call of a path. */
struct path_element {
	uint32_t nr;
	bool is_creation;
	bool request_known; /* of a creation: `request` was observed */
	bool returned;      /* `result` was observed */
	bool injected;      /* never made: CLONESHIM_INJECT answered it */
	struct creation request;
	enum stack_origin origin; /* of the stack of the task that it made */
	uint64_t args[6];         /* of what creates nothing */
	int64_t result;
	/* The call inside this one that made it: glibc 2.31's pthread_create calls clone. LIBC_CALL_COUNT: none. */
	enum libc_call within;
};

void path_element_of_syscall(struct path_element *element, const struct event_syscall *syscall);
void path_element_of_path_syscall(struct path_element *element, const struct event_path_syscall *syscall);

/* Whether it made a task. */
bool path_element_made_task(const struct path_element *element);

/* What two paths are aligned by: "mprotect(PROT_NONE)", "clone3", "clone3 = ENOSYS (injected)". A creation's flags are no part of it. */
void path_element_out_label(struct out *out, const struct path_element *element);

/* With all that it asked for. */
void path_element_out(struct out *out, const struct path_element *element);

/* A whole path, of `count` elements; what is repeated stands once, with "×2" behind it. */
void path_signature_out(struct out *out, const char *name, const struct path_element *path, size_t count);

/* Whose it is: "libc's". Static storage. */
const char *path_stack_origin(enum stack_origin origin);

#endif
