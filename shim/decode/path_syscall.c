/* path_syscall.c: see path_syscall.h. Pure data and searches; safe on the hot path. */
#include "decode/path_syscall.h"

#include <sys/syscall.h>

static const struct path_syscall table[] = {
	{SYS_read, 0, {PATH_FD, PATH_POINTER, PATH_UNSIGNED}},
	{SYS_write, 0, {PATH_FD, PATH_POINTER, PATH_UNSIGNED}},
	{SYS_open, 0, {PATH_POINTER, PATH_OPEN_FLAGS, PATH_OCTAL}},
	{SYS_openat, 0, {PATH_FD, PATH_POINTER, PATH_OPEN_FLAGS, PATH_OCTAL}},
	{SYS_close, 0, {PATH_FD}},
	{SYS_lseek, 0, {PATH_FD, PATH_INT, PATH_INT}},
	{SYS_mmap, 1, {PATH_POINTER, PATH_UNSIGNED, PATH_PROTECTION, PATH_MAP_FLAGS, PATH_FD, PATH_HEX}},
	{SYS_mprotect, 0, {PATH_POINTER, PATH_UNSIGNED, PATH_PROTECTION}},
	{SYS_munmap, 0, {PATH_POINTER, PATH_UNSIGNED}},
	{SYS_mremap, 1, {PATH_POINTER, PATH_UNSIGNED, PATH_UNSIGNED, PATH_HEX, PATH_POINTER}},
	{SYS_madvise, 0, {PATH_POINTER, PATH_UNSIGNED, PATH_ADVICE}},
	{SYS_brk, 1, {PATH_POINTER}},
	{SYS_rt_sigaction, 0, {PATH_SIGNAL, PATH_ACTION_READ, PATH_ACTION_WRITTEN, PATH_UNSIGNED}},
	{SYS_rt_sigprocmask, 0, {PATH_MASK_HOW, PATH_SET_READ, PATH_SET_WRITTEN, PATH_UNSIGNED}},
	{SYS_rt_sigpending, 0, {PATH_SET_WRITTEN, PATH_UNSIGNED}},
	{SYS_rt_sigsuspend, 0, {PATH_SET_READ, PATH_UNSIGNED}},
	{SYS_rt_sigtimedwait, 0, {PATH_SET_READ, PATH_POINTER, PATH_POINTER, PATH_UNSIGNED}},
	{SYS_pipe, 0, {PATH_FDS_WRITTEN}},
	{SYS_pipe2, 0, {PATH_FDS_WRITTEN, PATH_DESCRIPTOR_FLAGS}},
	{SYS_dup, 0, {PATH_FD}},
	{SYS_dup2, 0, {PATH_FD, PATH_FD}},
	{SYS_dup3, 0, {PATH_FD, PATH_FD, PATH_DESCRIPTOR_FLAGS}},
	{SYS_fcntl, 0, {PATH_FD, PATH_FCNTL_COMMAND, PATH_HEX}},
	{SYS_ioctl, 0, {PATH_FD, PATH_HEX, PATH_HEX}},
	{SYS_fstat, 0, {PATH_FD, PATH_POINTER}},
	{SYS_newfstatat, 0, {PATH_FD, PATH_POINTER, PATH_POINTER, PATH_HEX}},
	{SYS_getpid, 0, {PATH_NONE}},
	{SYS_gettid, 0, {PATH_NONE}},
	{SYS_getppid, 0, {PATH_NONE}},
	{SYS_sched_yield, 0, {PATH_NONE}},
	{SYS_exit, 0, {PATH_INT}},
	{SYS_exit_group, 0, {PATH_INT}},
	{SYS_wait4, 0, {PATH_INT, PATH_STATUS_WRITTEN, PATH_WAIT_OPTIONS, PATH_POINTER}},
	{SYS_kill, 0, {PATH_INT, PATH_SIGNAL}},
	{SYS_tkill, 0, {PATH_INT, PATH_SIGNAL}},
	{SYS_tgkill, 0, {PATH_INT, PATH_INT, PATH_SIGNAL}},
	{SYS_execve, 0, {PATH_POINTER, PATH_POINTER, PATH_POINTER}},
	{SYS_futex, 0, {PATH_POINTER, PATH_FUTEX_OPERATION, PATH_UNSIGNED, PATH_POINTER, PATH_POINTER, PATH_HEX}},
	{SYS_set_robust_list, 0, {PATH_POINTER, PATH_UNSIGNED}},
	{SYS_set_tid_address, 0, {PATH_POINTER}},
	{SYS_rseq, 0, {PATH_POINTER, PATH_HEX, PATH_HEX, PATH_HEX}},
	{SYS_prctl, 0, {PATH_PRCTL_OPTION, PATH_HEX, PATH_HEX, PATH_HEX, PATH_HEX}},
	{SYS_getrandom, 0, {PATH_POINTER, PATH_UNSIGNED, PATH_RANDOM_FLAGS}},
	{SYS_clock_gettime, 0, {PATH_CLOCK, PATH_POINTER}},
	{SYS_sched_setaffinity, 0, {PATH_INT, PATH_UNSIGNED, PATH_POINTER}},
	{SYS_sched_getaffinity, 0, {PATH_INT, PATH_UNSIGNED, PATH_POINTER}},
	{SYS_sched_setscheduler, 0, {PATH_INT, PATH_INT, PATH_POINTER}},
	{SYS_sched_getscheduler, 0, {PATH_INT}},
	{SYS_sched_setparam, 0, {PATH_INT, PATH_POINTER}},
	{SYS_sched_getparam, 0, {PATH_INT, PATH_POINTER}},
	{SYS_prlimit64, 0, {PATH_INT, PATH_INT, PATH_POINTER, PATH_POINTER}},
	{SYS_timer_create, 0, {PATH_CLOCK, PATH_POINTER, PATH_POINTER}},
};

const struct path_syscall *
path_syscall_find(uint32_t nr)
{
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		if (table[i].nr == nr)
			return &table[i];
	}
	return NULL;
}

static size_t
size_read(enum path_argument argument)
{
	return argument == PATH_SET_READ ? 8 : argument == PATH_ACTION_READ ? 32 : 0;
}

static size_t
size_written(enum path_argument argument)
{
	switch (argument) {
	case PATH_SET_WRITTEN:
	case PATH_FDS_WRITTEN:
		return 8;
	case PATH_ACTION_WRITTEN:
		return 32;
	case PATH_STATUS_WRITTEN:
		return 4;
	default:
		return 0;
	}
}

static int
find_memory(uint32_t nr, size_t *size, size_t (*size_of)(enum path_argument argument))
{
	const struct path_syscall *syscall = path_syscall_find(nr);
	for (int i = 0; syscall && i < 6 && syscall->arguments[i] != PATH_NONE; i++) {
		*size = size_of((enum path_argument)syscall->arguments[i]);
		if (*size)
			return i;
	}
	return -1;
}

int
path_syscall_reads(uint32_t nr, size_t *size)
{
	return find_memory(nr, size, size_read);
}

int
path_syscall_writes(uint32_t nr, size_t *size)
{
	return find_memory(nr, size, size_written);
}
