/*
 * event.h: everything that cloneshim has to say, one struct per event.
 *
 * An interposer or a probe fills an event, a sink renders it; neither knows the other. The structs hold observed facts only:
 * what could not be observed has a flag that says so, and a renderer prints "not observed" for it.
 *
 * Times are CLOCK_MONOTONIC nanoseconds. Strings are borrowed: they live at least until the event has been rendered.
 */
#ifndef DECODE_EVENT_H
#define DECODE_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decode/libc_calls.h"

#define EVENT_SITES_MAX 8 /* sites that a process event can name */
#define EVENT_LEFT_ALONE_MAX 4
#define EVENT_ANY_NR UINT32_MAX

/* Which task an event happened in, and how deep in libc calls. */
struct event_head {
	int32_t pid;
	int32_t tid;
	uint64_t
		call_id; /* the libc call that it belongs to, unique in its process; 0: none (an orphan, a process event) */
	uint32_t depth; /* number of intercepted libc calls around it */
};

/* A function that an address lies in, from debugging information. */
struct source_frame {
	const char *function; /* NULL: not known */
	const char *file;     /* the source file, as the compiler was given it; NULL: not known */
	int line;             /* the place in it: of the address, or of the call that was inlined; 0: not known */
	bool is_inlined;      /* into the function of the next frame */
};

/* All functions around an address, innermost first: those but the last are inlined. */
struct code_source {
	uint32_t count; /* not 0 */
	struct source_frame frames[];
};

/* An address in the program, and what stands there. */
struct code_location {
	uint64_t address;
	const char *module; /* path of the object that holds it; NULL: in no loaded object */
	uint64_t offset;    /* address less the object's load address, as addr2line(1) wants it; valid with module */
	const char *symbol; /* from the object's dynamic symbol table; NULL: not named there */
	uint64_t symbol_offset;           /* address less the symbol's; valid with symbol */
	const struct code_source *source; /* NULL: nobody looked, or nothing is known; always so in the shim */
};

/* Text that the program passed, as far as it could be read. */
struct event_string {
	const char *bytes; /* not NUL-terminated */
	uint32_t length;   /* bytes */
	bool is_observed;  /* false: the pointer is bad */
	bool is_cut;       /* there is more than `length` bytes */
};

/* The stack, and what belongs to it, that a libc call asks for. */
struct stack_request {
	enum {
		STACK_REQUEST_NONE,    /* the call has no say in it: fork(2) */
		STACK_REQUEST_DEFAULT, /* no attributes given: libc's defaults */
		STACK_REQUEST_GIVEN,   /* the fields below, those that are set */
	} kind;
	bool address_set, size_set, guard_set; /* size_set false: libc's default size */
	bool top_only; /* clone(2): `address` is the initial stack pointer, the size is not known */
	bool detached;
	bool scheduling_set; /* PTHREAD_EXPLICIT_SCHED: policy and priority below are asked for */
	bool affinity_set;
	bool affinity_cut; /* the set names processors beyond the mask below */
	uint64_t address;  /* lowest address, or the initial stack pointer with top_only */
	uint64_t size;     /* bytes */
	uint64_t guard;    /* bytes */
	int32_t policy;    /* SCHED_* of sched(7) */
	int32_t priority;
	uint64_t affinity; /* processors 0 to 63, one bit each */
};

enum stack_origin {
	STACK_NOT_OBSERVED, /* no syscall was observed that would tell */
	STACK_LIBC,         /* mapped by libc for the new task */
	STACK_USER,         /* memory that the program supplied */
	STACK_SHARED,       /* the parent's own stack, in shared memory: CLONE_VM without a stack */
	STACK_COPY,         /* a copy of the parent's: no CLONE_VM, no stack */
};

/* The stack that a new task really runs on, from the registers and the clone_args that the kernel got. */
struct stack_actual {
	enum stack_origin origin;
	bool base_known;  /* clone3 gives base and size; clone gives the initial stack pointer only */
	bool guard_known; /* the guard's pages were seen to be inaccessible */
	uint64_t base;    /* lowest address */
	uint64_t size;    /* bytes, guard included */
	uint64_t top;     /* the initial stack pointer, as the kernel got it */
	uint64_t guard;   /* bytes, at the low end of the stack */
};

/* A process came under the shim. */
struct event_process {
	struct event_head head;
	enum {
		PROCESS_LOADED, /* a program image was loaded: all fields below are valid */
		PROCESS_MODULE, /* an object that dlopen brought and that has sites: exe is its path, then its sites; or one that is
				   not searched, or libc, which could not be patched after all: probe_reason why */
		PROCESS_COPIED, /* a copy of a traced process (fork, clone without CLONE_VM), at its first event */
	} kind;
	int32_t copied_from; /* PROCESS_COPIED: the process whose memory was copied; the fields below are not valid then */
	int32_t ppid;
	uint64_t time_ns; /* set for both kinds */
	const char *exe;
	bool argv_observed;
	uint32_t argv_count;             /* elements, those beyond EVENT_VECTOR_MAX included */
	const struct event_string *argv; /* the first of them, as the kernel got them from execve(2) */
	const char *const *whole_argv;   /* all of them, with argv_observed; NULL: only those above are known */
	const char *libc;                /* "glibc 2.36" */
	const char *probe;               /* "patch", "dispatch", "off" */
	const char *probe_reason;        /* why there is no probe, or not the first choice; NULL: nothing to say */
	bool path_is_full;               /* every syscall of a libc call is observed */
	const char *path_reason;         /* why it is not, though it was asked for; NULL: it is, or was not */
	const char *inject;              /* CLONESHIM_INJECT; NULL: nothing is made to fail */
	uint32_t site_count; /* sites that are observed, at the latest from the first call that may create on */
	struct {
		uint32_t nr;             /* the syscall made there; EVENT_ANY_NR: what the program asks for */
		struct code_location at; /* the syscall instruction */
	} sites[EVENT_SITES_MAX];
	uint32_t left_alone_count; /* places that may be sites and are not observed */
	struct left_alone {
		uint32_t nr;
		struct code_location at;
		const char *why;
	} left_alone[EVENT_LEFT_ALONE_MAX];
};

#define EVENT_STRINGS_MAX 2  /* ARG_STRING arguments of one call */
#define EVENT_VECTOR_MAX 16  /* elements of an argument vector that are kept */
#define EVENT_STRING_MAX 200 /* bytes of a string that are kept */

/* posix_spawnattr_t, posix_spawn(3). The values are valid as far as the flags ask for them. */
struct spawn_attributes {
	uint32_t flags; /* POSIX_SPAWN_* */
	int32_t process_group;
	int32_t policy, priority;
	uint64_t signal_mask, signal_default; /* bit N-1: signal N */
};

/* struct sigevent, sigevent(7). */
struct event_sigevent {
	int32_t notify; /* SIGEV_* */
	int32_t signal;
	int32_t tid; /* SIGEV_THREAD_ID */
	bool has_attributes;
	struct code_location function; /* SIGEV_THREAD */
};

/* What stands behind a call's pointers. A member is valid with its argument kind in the call, and with its flag. */
struct call_details {
	struct event_string strings[EVENT_STRINGS_MAX]; /* ARG_STRING, in the arguments' order */
	struct event_string vector[EVENT_VECTOR_MAX];   /* ARG_STRINGS */
	uint32_t vector_count;                          /* elements, those beyond EVENT_VECTOR_MAX included */
	uint32_t environment_count;                     /* ARG_ENVIRONMENT */
	uint32_t action_count;                          /* ARG_SPAWN_ACTIONS */
	bool vector_observed, environment_observed, actions_observed, attributes_observed, sigevent_observed;
	struct spawn_attributes attributes; /* ARG_SPAWN_ATTR */
	struct event_sigevent sigevent;     /* ARG_SIGEVENT */
};

struct event_call_begin {
	struct event_head head;
	enum libc_call call;
	uint64_t time_ns;       /* when the program made the call */
	uint64_t frame_address; /* the place of the call on its stack: those around it are higher up */
	bool left_earlier;      /* calls of this task that lie at this place or below have been left: longjmp(3) */
	uint64_t args[LIBC_CALL_MAX_ARGS];
	struct code_location caller; /* the return address of the call */
	struct code_location start;  /* what the ARG_CODE argument points at */
	struct stack_request stack;
	const struct call_details *details; /* NULL: the call has nothing behind pointers */
};

struct event_call_end {
	struct event_head head;
	enum libc_call call;
	bool result_observed; /* false: `unreturned` says why */
	enum {
		UNRETURNED_UNSEEN,   /* the call returns past the shim: vfork */
		UNRETURNED_IN_CHILD, /* it goes on in the child: daemon(3), in the process that called it */
		UNRETURNED_LEFT,     /* not up to now: left by longjmp, cancelled, or the process ends before it does */
	} unreturned;
	bool duration_observed;
	bool asked_for_shell;            /* system(NULL): the result is no status, but says whether there is a shell */
	bool syscall_observed;           /* at least one syscall was seen inside this call */
	const char *not_observed_reason; /* without syscall_observed: why; NULL: none was to be expected */
	const char *path_reason; /* why the path is not known, or not to its end; NULL: it is, or is not asked for */
	int64_t result;
	int32_t error;        /* errno, where the result says that it is set; else 0 */
	int32_t child;        /* the new task's id as the creation syscall returned it; 0: none */
	bool child_is_thread; /* the observed creation syscall had CLONE_THREAD: creation_of_syscall() tells */
	uint64_t start_ns;    /* libc was entered */
	uint64_t duration_ns;
	struct stack_actual stack;
	int32_t begun_pid; /* the call began in this other process, whose copy this one is: daemon(3); 0: in this one */
	uint64_t begun_as_id; /* and had this id there */
};

/* A child was waited for, and has ended. */
struct event_child_ended {
	struct event_head head; /* of the task that waited */
	uint64_t time_ns;
	int32_t child;
	int32_t wait_status; /* as from waitpid(2) */
};

/* struct clone_args as of Linux 5.7 (CLONE_ARGS_SIZE_VER2): clone(2), linux/sched.h. Declared here so that readers on other
   systems can decode it. */
struct clone3_args {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size,
		cgroup;
};

#define EVENT_SET_TID_MAX 32 /* MAX_PID_NS_LEVEL, linux/pid_namespace.h */
#define EVENT_TAIL_MAX 40    /* bytes of a clone_args larger than we know that are kept */

/* One creation syscall, with the registers and the memory that the kernel got and the value that it returned. */
struct event_syscall {
	struct event_head head;
	uint32_t nr;   /* x86-64 syscall number */
	bool returned; /* `result` was observed */
	bool duration_observed;
	bool injected;         /* never issued: `result` is what CLONESHIM_INJECT says */
	bool memory_observed;  /* clone3: `clone3` was read before the syscall (zero-filled beyond args[1] bytes) */
	bool memory_fault;     /* clone3: the clone_args could not be read, the kernel will answer EFAULT */
	bool set_tid_observed; /* all of set_tid was read before the syscall */
	bool set_tid_fault;    /* only the first `set_tid_readable` elements could be read */
	uint8_t set_tid_readable;
	bool tail_nonzero;     /* a byte of clone_args between the known 88 and min(args[1], 4096) is not 0 */
	bool tail_fault;       /* these bytes could not be read to their end */
	bool parent_tid_fault; /* success with CLONE_PARENT_SETTID, but nothing can be stored at that address */
	bool in_helper_thread; /* made by a thread that libc keeps for the call `helper_of`, whose id is head.call_id */
	enum libc_call helper_of;
	bool pidfd_observed; /* `pidfd` was read back after success with CLONE_PIDFD */
	uint8_t tail_length; /* bytes kept in `tail` */
	uint64_t args[6];
	struct clone3_args clone3;
	int32_t set_tid[EVENT_SET_TID_MAX];
	uint8_t tail[EVENT_TAIL_MAX]; /* what follows the 88 known bytes of clone_args */
	int32_t pidfd;
	int64_t result; /* as in rax: negative errno on failure */
	uint64_t start_ns;
	uint64_t duration_ns;
	struct code_location site; /* the syscall instruction */
};

#define EVENT_PATH_WORDS 4 /* struct sigaction, the largest that is kept */

/* The memory behind one of the arguments, as far as path_syscall.h knows of it. */
struct event_path_memory {
	bool is_observed;
	uint64_t words[EVENT_PATH_WORDS];
};

/* One system call of a libc call's path that creates nothing, with the registers that the kernel got and the value that it returned. */
struct event_path_syscall {
	struct event_head head;
	uint32_t nr;   /* x86-64 syscall number */
	bool returned; /* `result` was observed; false: the task ends by it */
	bool duration_observed;
	uint64_t args[6];
	struct event_path_memory before; /* what the kernel read, read before the syscall */
	struct event_path_memory after;  /* what the kernel wrote, read behind it */
	int64_t result;                  /* as in rax: negative errno on failure */
	uint64_t start_ns;
	uint64_t duration_ns;
	struct code_location site; /* the syscall instruction */
};

#endif
