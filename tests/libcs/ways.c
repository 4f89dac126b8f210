/* ways.c: see ways.h. */
#include "libcs/ways.h"

#define LEFT "the call is left between its syscall and its line"
#define DENIED "nothing can be written"

const struct way ways[] = {
	{.program = "cancelled_in_call", .arguments = {"fork"}, .may_miss = LEFT},
	{.program = "cancelled_in_call", .arguments = {"vfork"}, .may_miss = LEFT},
	{.program = "cancelled_in_call", .arguments = {"clone"}, .may_miss = LEFT},
	{.program = "changes_loader_text",
	 .arguments = {"bin:makes_raw_syscall.so"},
	 .may_miss = "the loader is left alone"},
	{.program = "changes_namespaces", .uncompared = "strace names tasks by other numbers than their namespace"},
	{.program = "denies_executable_text", .skipped = "it forbids the probe"},
	{.program = "fork_in_signal_handler", .any_order = true},
	{.program = "fork_in_signal_handler", .arguments = {"altstack"}, .any_order = true},
	{.program = "fork_in_signal_handler", .arguments = {"threads"}, .any_order = true},
	{.program = "forks_while_loading",
	 .arguments = {"bin:makes_raw_syscall.so", "bin:forks_in_constructor.so"},
	 .any_order = true},
	{.program = "loads_raw_syscalls",
	 .arguments = {"bin:forks_in_constructor.so", "bin:forks_in_constructor_elsewhere.so"}},
	{.program = "loads_while_creating", .arguments = {"bin:makes_raw_syscall.so"}},
	{.program = "longjmp_out_of_call", .may_miss = LEFT},
	{.program = "many_threads", .arguments = {"2000"}},
	{.program = "own_environment", .may_miss = "a program with an environment of its own is not traced"},
	{.program = "path_calls", .arguments = {"system"}},
	{.program = "raw_syscalls", .arguments = {"bin:makes_raw_syscall.so"}},
	{.program = "reaches_file_size_limit", .may_miss = "the log is at its limit", .errors_differ = true},
	{.program = "replaces_program",
	 .arguments = {"bin:creates_threads"},
	 .may_miss = "the new program may end the task that made its thread"},
	{.program = "sandbox_denies_everything", .arguments = {"EPERM"}, .may_miss = DENIED, .errors_differ = true},
	{.program = "sandbox_denies_everything", .arguments = {"ENOSYS"}, .may_miss = DENIED, .errors_differ = true},
	{.program = "sandbox_denies_files", .may_miss = "the log cannot be opened again"},
	{.program = "second_libc", .may_miss = "the second libc is left alone"},
	{.program = "stack_used", .arguments = {"pthread_create"}},
	{.program = "stack_used", .arguments = {"posix_spawn"}},
	{.program = "syscall_function", .libc = "musl", .may_miss = "musl's syscall(2) is not observed"},
	{.program = "thread_create_fails", .arguments = {"eagain"}},
	{.program = "thread_create_fails", .arguments = {"eperm"}},
	{.program = "thread_create_fails", .arguments = {"einval"}},
	{.program = "window_signals", .libc = "glibc-2.31", .any_order = true},
	{.program = "window_signals", .libc = "glibc-2.41", .any_order = true},
	{.program = "window_signals", .libc = "musl", .skipped = "it may hang without the shim, too"},
	{.program = "thread_minimal_stack",
	 .libc = "musl",
	 .skipped = "a call needs more stack under the shim than musl's least, 2 KiB"},
};

const size_t way_count = sizeof(ways) / sizeof(ways[0]);
