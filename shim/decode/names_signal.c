/*
 * names_signal.c: signal names as strace 6.1 prints them. Pure data and a search; safe on the hot path.
 *
 * Numbers of x86-64: signal(7). The kernel's real-time signals start at 32; libc keeps the first two for itself, so its
 * SIGRTMIN is 34, which strace does not follow.
 */
#include "decode/names.h"

enum {
	SIGNAL_REALTIME_FIRST = 32,
	SIGNAL_LAST = 64,
};

static const char signals[][12] = {
	"0",       "SIGHUP",   "SIGINT",  "SIGQUIT", "SIGILL",  "SIGTRAP",  "SIGABRT", "SIGBUS",    "SIGFPE",
	"SIGKILL", "SIGUSR1",  "SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGALRM",  "SIGTERM", "SIGSTKFLT", "SIGCHLD",
	"SIGCONT", "SIGSTOP",  "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG",   "SIGXCPU", "SIGXFSZ",   "SIGVTALRM",
	"SIGPROF", "SIGWINCH", "SIGIO",   "SIGPWR",  "SIGSYS",  "SIGRTMIN",
};

void
names_out_signal(struct out *out, uint64_t signal)
{
	if (signal < sizeof signals / sizeof *signals) {
		out_string(out, signals[signal]);
	} else if (signal <= SIGNAL_LAST) {
		out_string(out, "SIGRT_");
		out_unsigned(out, signal - SIGNAL_REALTIME_FIRST);
	} else {
		out_unsigned(out, signal);
	}
}
