/*
 * libc_calls.h: the list of libc functions that cloneshim intercepts.
 *
 * One line a function: its identifier, its exported name, what its result is, and its arguments in order. The enum, the
 * rendering of calls, the search for libc's own functions and the tests all walk this list. To intercept one more function,
 * add its line here and its wrapper in shim/preload/interpose_*.c; CONTRIBUTING.md shows the steps.
 *
 * Pure data; any side may use it.
 */
#ifndef DECODE_LIBC_CALLS_H
#define DECODE_LIBC_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How an argument of a libc call is to be read. What stands behind a pointer is in the event's details (event.h). */
enum arg_kind {
	ARG_NONE,            /* end of the list */
	ARG_POINTER,         /* an address: 0x… or NULL */
	ARG_INT,             /* a signed number */
	ARG_CODE,            /* the start routine: module + offset and, where known, the symbol */
	ARG_CLONE_FLAGS,     /* CLONE_ flags with the exit signal in the low byte, clone(2) */
	ARG_NAMESPACE_FLAGS, /* CLONE_ flags alone, unshare(2) and setns(2) */
	ARG_SYSCALL_NR,      /* a syscall's number */
	ARG_STRING,          /* a path, a file's name, a command */
	ARG_STRINGS,         /* an argument vector */
	ARG_ENVIRONMENT,     /* a vector of NAME=VALUE */
	ARG_SPAWN_ACTIONS,   /* posix_spawn_file_actions_t */
	ARG_SPAWN_ATTR,      /* posix_spawnattr_t */
	ARG_SIGEVENT,        /* struct sigevent, sigevent(7) */
};

/* How the result of a libc call is to be read. */
enum result_kind {
	RESULT_ERRNO_VALUE, /* 0, or an errno value: pthread_create(3) */
	RESULT_THRD,        /* thrd_success, thrd_nomem, thrd_error: thrd_create(3) */
	RESULT_PID,         /* the child's id, 0 in the child, or -1 with errno set: fork(2), clone(2) */
	RESULT_INT,         /* a number, or -1 with errno set */
	RESULT_PLAIN,       /* a number with a meaning of its own: getaddrinfo_a(3), wordexp(3) */
	RESULT_POINTER,     /* an address, or NULL with errno set: popen(3) */
	RESULT_WAIT_STATUS, /* as from waitpid(2), or -1 with errno set: system(3) */
};

/* Whether the call makes a task. */
enum creation_kind {
	CREATES,       /* always, when it succeeds */
	MAY_CREATE,    /* sometimes: a helper thread at its first use, a shell for a command substitution */
	NEVER_CREATES, /* it changes what its own task shares: unshare, setns */
	REPLACES,      /* it changes what its own process is: exec */
};

/* LIBC_CALL(identifier, name, result, creation, arguments…). The aliases that glibc exports for some of them (__fork, __vfork,
   __clone, lio_listio64, …) are the same call under another name and share its line. */
#define LIBC_CALLS(LIBC_CALL)                                                                                          \
	LIBC_CALL(PTHREAD_CREATE, pthread_create, RESULT_ERRNO_VALUE, CREATES, {"thread", ARG_POINTER},                \
		  {"attr", ARG_POINTER}, {"start_routine", ARG_CODE}, {"arg", ARG_POINTER})                            \
	LIBC_CALL(THRD_CREATE, thrd_create, RESULT_THRD, CREATES, {"thr", ARG_POINTER}, {"func", ARG_CODE},            \
		  {"arg", ARG_POINTER})                                                                                \
	LIBC_CALL(FORK, fork, RESULT_PID, CREATES, {"", ARG_NONE})                                                     \
	LIBC_CALL(_FORK, _Fork, RESULT_PID, CREATES, {"", ARG_NONE})                                                   \
	LIBC_CALL(VFORK, vfork, RESULT_PID, CREATES, {"", ARG_NONE})                                                   \
	LIBC_CALL(CLONE, clone, RESULT_PID, CREATES, {"fn", ARG_CODE}, {"stack", ARG_POINTER},                         \
		  {"flags", ARG_CLONE_FLAGS}, {"arg", ARG_POINTER}, {"parent_tid", ARG_POINTER}, {"tls", ARG_POINTER}, \
		  {"child_tid", ARG_POINTER})                                                                          \
	LIBC_CALL(SYSCALL, syscall, RESULT_PID, CREATES, {"number", ARG_SYSCALL_NR}, {"arg1", ARG_POINTER},            \
		  {"arg2", ARG_POINTER}, {"arg3", ARG_POINTER}, {"arg4", ARG_POINTER}, {"arg5", ARG_POINTER},          \
		  {"arg6", ARG_POINTER})                                                                               \
	LIBC_CALL(POSIX_SPAWN, posix_spawn, RESULT_ERRNO_VALUE, CREATES, {"pid", ARG_POINTER}, {"path", ARG_STRING},   \
		  {"file_actions", ARG_SPAWN_ACTIONS}, {"attrp", ARG_SPAWN_ATTR}, {"argv", ARG_STRINGS},               \
		  {"envp", ARG_ENVIRONMENT})                                                                           \
	LIBC_CALL(POSIX_SPAWNP, posix_spawnp, RESULT_ERRNO_VALUE, CREATES, {"pid", ARG_POINTER}, {"file", ARG_STRING}, \
		  {"file_actions", ARG_SPAWN_ACTIONS}, {"attrp", ARG_SPAWN_ATTR}, {"argv", ARG_STRINGS},               \
		  {"envp", ARG_ENVIRONMENT})                                                                           \
	LIBC_CALL(PIDFD_SPAWN, pidfd_spawn, RESULT_ERRNO_VALUE, CREATES, {"pidfd", ARG_POINTER}, {"path", ARG_STRING}, \
		  {"file_actions", ARG_SPAWN_ACTIONS}, {"attrp", ARG_SPAWN_ATTR}, {"argv", ARG_STRINGS},               \
		  {"envp", ARG_ENVIRONMENT})                                                                           \
	LIBC_CALL(PIDFD_SPAWNP, pidfd_spawnp, RESULT_ERRNO_VALUE, CREATES, {"pidfd", ARG_POINTER},                     \
		  {"file", ARG_STRING}, {"file_actions", ARG_SPAWN_ACTIONS}, {"attrp", ARG_SPAWN_ATTR},                \
		  {"argv", ARG_STRINGS}, {"envp", ARG_ENVIRONMENT})                                                    \
	LIBC_CALL(SYSTEM, system, RESULT_WAIT_STATUS, CREATES, {"command", ARG_STRING})                                \
	LIBC_CALL(POPEN, popen, RESULT_POINTER, CREATES, {"command", ARG_STRING}, {"type", ARG_STRING})                \
	LIBC_CALL(FORKPTY, forkpty, RESULT_PID, CREATES, {"amaster", ARG_POINTER}, {"name", ARG_POINTER},              \
		  {"termp", ARG_POINTER}, {"winp", ARG_POINTER})                                                       \
	LIBC_CALL(DAEMON, daemon, RESULT_INT, CREATES, {"nochdir", ARG_INT}, {"noclose", ARG_INT})                     \
	LIBC_CALL(WORDEXP, wordexp, RESULT_PLAIN, MAY_CREATE, {"s", ARG_STRING}, {"p", ARG_POINTER},                   \
		  {"flags", ARG_INT})                                                                                  \
	LIBC_CALL(TIMER_CREATE, timer_create, RESULT_INT, MAY_CREATE, {"clockid", ARG_INT}, {"sevp", ARG_SIGEVENT},    \
		  {"timerid", ARG_POINTER})                                                                            \
	LIBC_CALL(MQ_NOTIFY, mq_notify, RESULT_INT, MAY_CREATE, {"mqdes", ARG_INT}, {"sevp", ARG_SIGEVENT})            \
	LIBC_CALL(GETADDRINFO_A, getaddrinfo_a, RESULT_PLAIN, MAY_CREATE, {"mode", ARG_INT}, {"list", ARG_POINTER},    \
		  {"nitems", ARG_INT}, {"sevp", ARG_SIGEVENT})                                                         \
	LIBC_CALL(LIO_LISTIO, lio_listio, RESULT_INT, MAY_CREATE, {"mode", ARG_INT}, {"aiocb_list", ARG_POINTER},      \
		  {"nitems", ARG_INT}, {"sevp", ARG_SIGEVENT})                                                         \
	LIBC_CALL(AIO_READ, aio_read, RESULT_INT, MAY_CREATE, {"aiocbp", ARG_POINTER})                                 \
	LIBC_CALL(AIO_WRITE, aio_write, RESULT_INT, MAY_CREATE, {"aiocbp", ARG_POINTER})                               \
	LIBC_CALL(AIO_FSYNC, aio_fsync, RESULT_INT, MAY_CREATE, {"op", ARG_INT}, {"aiocbp", ARG_POINTER})              \
	LIBC_CALL(UNSHARE, unshare, RESULT_INT, NEVER_CREATES, {"flags", ARG_NAMESPACE_FLAGS})                         \
	LIBC_CALL(SETNS, setns, RESULT_INT, NEVER_CREATES, {"fd", ARG_INT}, {"nstype", ARG_NAMESPACE_FLAGS})           \
	LIBC_CALL(EXECVE, execve, RESULT_INT, REPLACES, {"pathname", ARG_STRING}, {"argv", ARG_STRINGS},               \
		  {"envp", ARG_ENVIRONMENT})                                                                           \
	LIBC_CALL(EXECV, execv, RESULT_INT, REPLACES, {"pathname", ARG_STRING}, {"argv", ARG_STRINGS})                 \
	LIBC_CALL(EXECVP, execvp, RESULT_INT, REPLACES, {"file", ARG_STRING}, {"argv", ARG_STRINGS})                   \
	LIBC_CALL(EXECVPE, execvpe, RESULT_INT, REPLACES, {"file", ARG_STRING}, {"argv", ARG_STRINGS},                 \
		  {"envp", ARG_ENVIRONMENT})                                                                           \
	LIBC_CALL(EXECL, execl, RESULT_INT, REPLACES, {"pathname", ARG_STRING}, {"argv", ARG_STRINGS})                 \
	LIBC_CALL(EXECLP, execlp, RESULT_INT, REPLACES, {"file", ARG_STRING}, {"argv", ARG_STRINGS})                   \
	LIBC_CALL(EXECLE, execle, RESULT_INT, REPLACES, {"pathname", ARG_STRING}, {"argv", ARG_STRINGS},               \
		  {"envp", ARG_ENVIRONMENT})                                                                           \
	LIBC_CALL(FEXECVE, fexecve, RESULT_INT, REPLACES, {"fd", ARG_INT}, {"argv", ARG_STRINGS},                      \
		  {"envp", ARG_ENVIRONMENT})                                                                           \
	LIBC_CALL(EXECVEAT, execveat, RESULT_INT, REPLACES, {"dirfd", ARG_INT}, {"pathname", ARG_STRING},              \
		  {"argv", ARG_STRINGS}, {"envp", ARG_ENVIRONMENT}, {"flags", ARG_INT})

enum libc_call {
#define LIBC_CALL_ID(id, name, result, creation, ...) CALL_##id,
	LIBC_CALLS(LIBC_CALL_ID)
#undef LIBC_CALL_ID
		LIBC_CALL_COUNT
};

#define LIBC_CALL_MAX_ARGS 7

/* The strings stand in the table itself, not behind pointers: the shim then needs no relocations for them at load. */
struct libc_call_info {
	char name[24];
	enum result_kind result;
	enum creation_kind creation;
	struct {
		char name[16];
		enum arg_kind kind;
	} args[LIBC_CALL_MAX_ARGS];
};

/* The line of `call` in the table; never NULL for a valid enum value. Static storage; safe on the hot path. */
const struct libc_call_info *libc_call_info(enum libc_call call);

/* Whether argument `i` was passed at all: some of clone's are only with certain flags. Safe on the hot path. */
bool libc_call_passes(enum libc_call call, const uint64_t *args, size_t i);

#endif
