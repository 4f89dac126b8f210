/*
 * names.h: the numbers of the kernel's interface and their names, as tables.
 *
 * Pure data and searches in it; static storage; safe on the hot path.
 */
#ifndef DECODE_NAMES_H
#define DECODE_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decode/out.h"

struct clone_flag {
	uint64_t value; /* one bit; 0 ends the table */
	char name[24];
	char since[8];    /* the first Linux with it */
	bool only_clone3; /* does not exist in clone(2)'s flags argument */
	bool unnamed;     /* strace 6.1 shows it as an unknown bit, and so do we in formats that follow it */
	char meaning[72]; /* what the new task gets by it, in a few words */
	char detail[104]; /* and what follows from that */
};

/* All CLONE_ flags in the order in which strace 6.1 prints them, then those that it does not know; the last entry has value 0.
   Among the latter is CLONE_DETACHED: the kernel ignores it or answers EINVAL. */
extern const struct clone_flag clone_flags[];

/* Whether formats that follow strace name it in the flags of clone3 or clone. */
bool names_shows_clone_flag(const struct clone_flag *flag, bool clone3);

struct clone_namespace {
	uint64_t flag; /* 0 ends the table */
	char name[8];  /* "mount" */
};

/* The flags that give a new namespace, in the order in which they are told. */
extern const struct clone_namespace clone_namespaces[];

/* "CLONE_VM|CLONE_FS", or "0"; bits without a name follow as one hexadecimal number, in strace's notation. `clone3` says
   which of the two syscalls the flags were given to: flags that only clone3 knows are unknown bits to clone. The exit signal
   of clone(2) is not a flag: the caller removes CSIGNAL. */
void names_out_clone_flags(struct out *out, uint64_t flags, bool clone3);

/* The flags argument of clone(2): "CLONE_VM|SIGCHLD", "CLONE_VM", "SIGCHLD" or "0". */
void names_out_clone_argument(struct out *out, uint64_t argument);

struct spawn_flag {
	uint32_t value; /* one bit; 0 ends the table */
	char name[24];  /* without POSIX_SPAWN_ */
};

/* The POSIX_SPAWN_ flags, posix_spawn(3); the last entry has value 0. */
extern const struct spawn_flag spawn_flags[];

/* "SIGCHLD", "SIGRT_3", or the number: as strace 6.1 prints it, which calls 32 "SIGRTMIN" and 33 "SIGRT_1". 0 prints "0". */
void names_out_signal(struct out *out, uint64_t signal);

/* "EAGAIN"; NULL when there is no such errno value. */
const char *names_errno(int error);

/* "Resource temporarily unavailable": what strerror(3) of glibc says in the C locale, as strace prints it; NULL: unknown. */
const char *names_errno_text(int error);

/* "EAGAIN (Resource temporarily unavailable)", "(errno 600)": as strace prints it after "-1 ". */
void names_out_errno(struct out *out, int error);

/* "SCHED_FIFO"; NULL: unknown policy. */
const char *names_sched_policy(int policy);

/* "SIGEV_THREAD"; NULL: no such notification, sigevent(7). */
const char *names_sigevent(int notify);

/* "mmap": any system call of x86-64; NULL: the kernel's header has no such number. */
const char *names_syscall(uint32_t nr);

/* "clone3" for a creation syscall's x86-64 number; NULL: not a creation syscall. */
const char *names_creation_syscall(uint32_t nr);

/* How many arguments it takes; 6, all there can be, for what is not a creation syscall. */
unsigned names_syscall_argument_count(uint32_t nr);

#endif
