/*
 * path_syscall.h: the system calls of a libc call's path: what their arguments are.
 *
 * One table, path_syscall.c: a line for each system call whose arguments are shown by name. Which memory is worth reading follows from
 * it: one argument that the kernel reads, one that it writes. Safe on the hot path.
 */
#ifndef DECODE_PATH_SYSCALL_H
#define DECODE_PATH_SYSCALL_H

#include <stddef.h>
#include <stdint.h>

enum path_argument {
	PATH_NONE, /* there are no more */
	PATH_INT,
	PATH_UNSIGNED,
	PATH_POINTER, /* NULL or hexadecimal */
	PATH_HEX,
	PATH_OCTAL,
	PATH_FD, /* AT_FDCWD has a name */
	PATH_SIGNAL,
	PATH_MASK_HOW,
	PATH_SET_READ, /* a set of signals, which the kernel reads, or writes */
	PATH_SET_WRITTEN,
	PATH_ACTION_READ, /* struct sigaction */
	PATH_ACTION_WRITTEN,
	PATH_FDS_WRITTEN,    /* pipe(2) */
	PATH_STATUS_WRITTEN, /* wait4(2) */
	PATH_WAIT_OPTIONS,
	PATH_PROTECTION,
	PATH_MAP_FLAGS,
	PATH_OPEN_FLAGS,
	PATH_DESCRIPTOR_FLAGS, /* O_CLOEXEC, O_NONBLOCK */
	PATH_ADVICE,
	PATH_FUTEX_OPERATION, /* how many arguments there are, it says */
	PATH_PRCTL_OPTION,
	PATH_RANDOM_FLAGS,
	PATH_CLOCK,
	PATH_FCNTL_COMMAND,
};

struct path_syscall {
	uint16_t nr;
	uint8_t result_is_pointer;
	uint8_t arguments[6]; /* enum path_argument */
};

/* Its line in the table; NULL: it has none, all six registers are shown as they are. */
const struct path_syscall *path_syscall_find(uint32_t nr);

/* Which of its arguments points at memory that is shown, and how many bytes are read of it, at most 32; -1: none does. */
int path_syscall_reads(uint32_t nr, size_t *size);
int path_syscall_writes(uint32_t nr, size_t *size);

#endif
