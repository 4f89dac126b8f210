/*
 * render_text.c: the text format by example: what a program's calls look like to a person. Each test is an event, filled as
 * the shim fills it, and the line that it becomes.
 */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#include "decode/render.h"
#include "rendered.h"

#define PROGRAM "/home/me/sum_array_threads"
#define LIBC "/usr/lib/x86_64-linux-gnu/libc.so.6"

#define MAIN_THREAD                                    \
	{                                              \
		.pid = 2001, .tid = 2001, .call_id = 1 \
	}
#define IN_PROGRAM(name, inside, at)                                                                   \
	{                                                                                              \
		.address = 0x555555554000 + (at), .module = PROGRAM, .offset = (at), .symbol = (name), \
		.symbol_offset = (inside)                                                              \
	}

/* The process. */

static const struct event_process process = {
	.head = {.pid = 2001, .tid = 2001},
	.kind = PROCESS_LOADED,
	.ppid = 2000,
	.exe = PROGRAM,
	.libc = "glibc 2.36",
	.probe = "patch",
	.site_count = 4,
	.sites = {{.nr = SYS_clone, .at.symbol = "_Fork"},
		  {.nr = SYS_vfork, .at.symbol = "vfork"},
		  {.nr = SYS_clone, .at.symbol = "clone"},
		  {.nr = SYS_clone3}},
};

Test(text_process, loaded, .timeout = 20)
{
	render_text_process(rendered_begin(), &process);
	expect_rendered("[2001] process: sum_array_threads (/home/me/sum_array_threads), glibc 2.36, "
			"probe patch: 4 sites (clone in _Fork, vfork, clone, clone3)");
}

Test(text_process, one_site_and_one_left_alone, .timeout = 20)
{
	struct event_process event = process;
	event.site_count = 1;
	event.probe_reason = "vfork's site left alone: a branch leads into it";
	render_text_process(rendered_begin(), &event);
	expect_rendered("[2001] process: sum_array_threads (/home/me/sum_array_threads), glibc 2.36, "
			"probe patch: 1 site (clone in _Fork); vfork\\x27s site left alone: a branch leads into it");
}

Test(text_process, without_a_probe, .timeout = 20)
{
	struct event_process event = process;
	event.probe = "off";
	event.probe_reason = "CLONESHIM_PROBE=off";
	event.site_count = 0;
	render_text_process(rendered_begin(), &event);
	expect_rendered("[2001] process: sum_array_threads (/home/me/sum_array_threads), glibc 2.36, "
			"probe off: CLONESHIM_PROBE=off");
}

Test(text_process, more_sites_than_are_kept, .timeout = 20)
{
	struct event_process event = process;
	event.site_count = EVENT_SITES_MAX + 1;
	for (int i = 0; i < EVENT_SITES_MAX; i++)
		event.sites[i].nr = SYS_fork, event.sites[i].at.symbol = NULL;
	render_text_process(rendered_begin(), &event);
	expect_rendered("[2001] process: sum_array_threads (/home/me/sum_array_threads), glibc 2.36, "
			"probe patch: 9 sites (fork, fork, fork, fork, fork, fork, fork, fork, …)");
}

Test(text_process, what_could_not_be_found_out, .timeout = 20)
{
	struct event_process event = {.head = {.pid = 1, .tid = 1}};
	render_text_process(rendered_begin(), &event);
	expect_rendered("[1] process: program not observed, libc not observed, probe not known");
}

Test(text_process, copied, .timeout = 20)
{
	struct event_process event = {.head = {.pid = 2002, .tid = 2002}, .kind = PROCESS_COPIED, .copied_from = 2001};
	render_text_process(rendered_begin(), &event);
	expect_rendered("[2002] process: a copy of 2001");
}

/* A name with a newline in it cannot forge a line. */
Test(text_process, hostile_name, .timeout = 20)
{
	struct event_process event = {
		.head = {.pid = 1, .tid = 1}, .exe = "/tmp/a\n[1] b", .libc = "musl", .probe = "off"};
	render_text_process(rendered_begin(), &event);
	expect_rendered("[1] process: a\\x0a[1] b (/tmp/a\\x0a[1] b), musl, probe off");
}

/* A call begins. */

static const struct event_call_begin pthread_create_call = {
	.head = MAIN_THREAD,
	.call = CALL_PTHREAD_CREATE,
	.args = {0x7ffd5c, 0, 0x5555555551c9, 0x7ffd10},
	.caller = IN_PROGRAM("main", 0x8e, 0x13c7),
	.start = IN_PROGRAM("sum_slice", 0, 0x11c9),
	.stack = {.kind = STACK_REQUEST_DEFAULT},
};

#define PTHREAD_CREATE_LINE                                                              \
	"[2001] pthread_create(thread=0x7ffd5c, attr=NULL, "                             \
	"start_routine=sum_slice (sum_array_threads+0x11c9), arg=0x7ffd10) called from " \
	"main+0x8e (sum_array_threads+0x13c7); stack: "

Test(text_call_begin, pthread_create, .timeout = 20)
{
	render_text_call_begin(rendered_begin(), &pthread_create_call);
	expect_rendered(PTHREAD_CREATE_LINE "libc's default");
}

static const struct {
	struct stack_request stack;
	const char *text;
} stacks[] = {
	{{.size_set = true, .size = 65536}, "64 KiB"},
	{{.size_set = true, .size = 65536, .address_set = true, .address = 0x7f0000000000}, "64 KiB at 0x7f0000000000"},
	{{.guard_set = true, .guard = 8192}, "libc's default, guard 8 KiB"},
	{{.guard_set = true}, "libc's default, no guard"},
	{{.detached = true}, "libc's default, detached"},
	{{.scheduling_set = true, .policy = SCHED_FIFO, .priority = 10}, "libc's default, SCHED_FIFO priority 10"},
	{{.scheduling_set = true, .policy = 77}, "libc's default, scheduling policy 77 priority 0"},
	{{.affinity_set = true, .affinity = 0x13}, "libc's default, cpus 0-1,4"},
	{{.affinity_set = true, .affinity = ~0ULL}, "libc's default, cpus 0-63"},
	{{.affinity_set = true, .affinity = 1ULL << 63}, "libc's default, cpus 63"},
	{{.affinity_set = true, .affinity = 1, .affinity_cut = true}, "libc's default, cpus 0 and above 63"},
	{{.affinity_set = true, .affinity_cut = true}, "libc's default, cpus above 63"},
	{{.affinity_set = true}, "libc's default, cpus none"},
	{{.top_only = true, .address_set = true, .address = 0x7f0000010000}, "initial stack pointer 0x7f0000010000"},
	{{.size_set = true,
	  .size = 1 << 20,
	  .guard_set = true,
	  .guard = 4096,
	  .detached = true,
	  .scheduling_set = true,
	  .policy = SCHED_RR,
	  .priority = 1,
	  .affinity_set = true,
	  .affinity = 2},
	 "1 MiB, guard 4 KiB, detached, SCHED_RR priority 1, cpus 1"},
};

Test(text_call_begin, requested_stacks, .timeout = 20)
{
	for (size_t i = 0; i < sizeof stacks / sizeof *stacks; i++) {
		struct event_call_begin event = pthread_create_call;
		char expected[512];
		event.stack = stacks[i].stack;
		event.stack.kind = STACK_REQUEST_GIVEN;
		snprintf(expected, sizeof expected, "%s%s", PTHREAD_CREATE_LINE, stacks[i].text);
		render_text_call_begin(rendered_begin(), &event);
		expect_rendered(expected);
	}
}

Test(text_call_begin, fork_asks_for_nothing, .timeout = 20)
{
	struct event_call_begin event = {.head = MAIN_THREAD, .call = CALL_FORK, .caller = IN_PROGRAM(NULL, 0, 0x1234)};
	render_text_call_begin(rendered_begin(), &event);
	expect_rendered("[2001] fork() called from sum_array_threads+0x1234");
}

Test(text_call_begin, from_a_thread_and_inside_another_call, .timeout = 20)
{
	struct event_call_begin event = {.head = {.pid = 2001, .tid = 2003, .call_id = 9, .depth = 1},
					 .call = CALL__FORK,
					 .caller = {.address = 0x7f0000001000}};
	render_text_call_begin(rendered_begin(), &event);
	expect_rendered("[2001:2003]   _Fork() called from 0x7f0000001000");
}

Test(text_call_begin, from_an_inlined_function, .timeout = 20)
{
	static struct {
		struct code_source source;
		struct source_frame frames[2];
	} known = {.source.count = 2,
		   .frames = {{"sum_part", "demos/sum.c", 42, true}, {"main", "demos/main.c", 0, false}}};
	struct event_call_begin event = {
		.head = MAIN_THREAD, .call = CALL_FORK, .caller = IN_PROGRAM("main", 8, 0x1234)};

	event.caller.source = &known.source;
	render_text_call_begin(rendered_begin(), &event);
	expect_rendered("[2001] fork() called from sum_part (sum.c:42), inlined into main (main.c)");
	known.source.count = 1;
	known.source.frames[0] = (struct source_frame){"make_child", NULL, 0, false};
	render_text_call_begin(rendered_begin(), &event);
	expect_rendered("[2001] fork() called from make_child (sum_array_threads+0x1234)");
}

Test(text_call_begin, start_routine_is_null, .timeout = 20)
{
	struct event_call_begin event = {.head = MAIN_THREAD,
					 .call = CALL_THRD_CREATE,
					 .args = {0x10, 0, 0x20},
					 .stack = {.kind = STACK_REQUEST_DEFAULT}};
	event.caller = pthread_create_call.caller;
	render_text_call_begin(rendered_begin(), &event);
	expect_rendered("[2001] thrd_create(thr=0x10, func=NULL, arg=0x20) called from "
			"main+0x8e (sum_array_threads+0x13c7); stack: libc's default");
}

/* clone() is variadic: what its flags do not ask for was not passed, and the registers hold something else. */
Test(text_call_begin, clone_shows_the_arguments_that_its_flags_ask_for, .timeout = 20)
{
	static const struct {
		uint64_t flags;
		const char *shown;
	} rows[] = {
		{SIGCHLD, "SIGCHLD, arg=0x2"},
		{CLONE_VM | SIGCHLD, "CLONE_VM|SIGCHLD, arg=0x2"},
		{CLONE_PARENT_SETTID, "CLONE_PARENT_SETTID, arg=0x2, parent_tid=0x3"},
		{CLONE_PIDFD, "CLONE_PIDFD, arg=0x2, parent_tid=0x3"},
		{CLONE_SETTLS, "CLONE_SETTLS, arg=0x2, tls=0x4"},
		{CLONE_CHILD_SETTID, "CLONE_CHILD_SETTID, arg=0x2, child_tid=0x5"},
		{CLONE_CHILD_CLEARTID, "CLONE_CHILD_CLEARTID, arg=0x2, child_tid=0x5"},
		{0xffffffff00000000 | CLONE_IO, "CLONE_IO, arg=0x2"}, /* an int: CLONE_IO is its sign */
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct event_call_begin event = {
			.head = MAIN_THREAD,
			.call = CALL_CLONE,
			.args = {0x1, 0x7f0000010000, rows[i].flags, 0x2, 0x3, 0x4, 0x5},
			.caller = IN_PROGRAM("main", 0, 0x1000),
			.start = IN_PROGRAM("child", 0, 0x1100),
			.stack = {.kind = STACK_REQUEST_GIVEN, .top_only = true, .address = 0x7f0000010000},
		};
		char expected[512];
		snprintf(expected, sizeof expected,
			 "[2001] clone(fn=child (sum_array_threads+0x1100), stack=0x7f0000010000, flags=%s) "
			 "called from main (sum_array_threads+0x1000); stack: initial stack pointer 0x7f0000010000",
			 rows[i].shown);
		render_text_call_begin(rendered_begin(), &event);
		expect_rendered(expected);
	}
}

/* A syscall. */

Test(text_syscall, below_its_call, .timeout = 20)
{
	struct event_syscall event = {
		.head = {.pid = 2001, .tid = 2001, .call_id = 1, .depth = 1},
		.nr = SYS_clone3,
		.returned = true,
		.memory_observed = true,
		.args = {0x7ffd1000, 88},
		.clone3 = {.flags = CLONE_VM | CLONE_THREAD | CLONE_PARENT_SETTID,
			   .parent_tid = 0x7f0000000990,
			   .stack = 0x7f0000000000,
			   .stack_size = 0x800000},
		.result = 2002,
	};
	render_text_syscall(rendered_begin(), &event);
	expect_rendered("[2001]   clone3({flags=CLONE_VM|CLONE_THREAD|CLONE_PARENT_SETTID, parent_tid=0x7f0000000990, "
			"exit_signal=0, stack=0x7f0000000000, stack_size=0x800000} => {parent_tid=[2002]}, 88) = 2002");
}

Test(text_syscall, failed, .timeout = 20)
{
	struct event_syscall event = {.head = {.pid = 2001, .tid = 2001, .call_id = 1, .depth = 1},
				      .nr = SYS_fork,
				      .returned = true,
				      .result = -EAGAIN};
	render_text_syscall(rendered_begin(), &event);
	expect_rendered("[2001]   fork() = -1 EAGAIN (Resource temporarily unavailable)");
}

Test(text_syscall, orphan, .timeout = 20)
{
	struct event_syscall event = {.head = {.pid = 2001, .tid = 2001},
				      .nr = SYS_vfork,
				      .returned = true,
				      .result = 2002,
				      .site = {.address = 1, .module = LIBC, .offset = 0x1098d7}};
	render_text_syscall(rendered_begin(), &event);
	expect_rendered("[2001] vfork() = 2002 from no intercepted call, at libc.so.6+0x1098d7");
}

/* A call ends. */

static struct event_call_end
call_end(enum libc_call call, int64_t result, int32_t child)
{
	return (struct event_call_end){.head = MAIN_THREAD,
				       .call = call,
				       .result_observed = true,
				       .duration_observed = true,
				       .syscall_observed = true,
				       .result = result,
				       .child = child,
				       .duration_ns = 61234};
}

Test(text_call_end, thread_on_a_stack_of_libc, .timeout = 20)
{
	struct event_call_end event = call_end(CALL_PTHREAD_CREATE, 0, 2002);
	event.child_is_thread = true;
	event.stack = (struct stack_actual){.origin = STACK_LIBC,
					    .base_known = true,
					    .guard_known = true,
					    .base = 0x7f1200000000,
					    .size = 8 << 20,
					    .guard = 4096};
	render_text_call_end(rendered_begin(), &event);
	expect_rendered("[2001] pthread_create returned 0 after 61.2 µs: thread 2002 on stack "
			"0x7f1200000000-0x7f1200800000 (8 MiB, guard 4 KiB, mapped by libc)");
	event.stack.guard = 0;
	render_text_call_end(rendered_begin(), &event);
	expect_rendered("[2001] pthread_create returned 0 after 61.2 µs: thread 2002 on stack "
			"0x7f1200000000-0x7f1200800000 (8 MiB, no guard, mapped by libc)");
	event.stack.guard_known = false;
	render_text_call_end(rendered_begin(), &event);
	expect_rendered("[2001] pthread_create returned 0 after 61.2 µs: thread 2002 on stack "
			"0x7f1200000000-0x7f1200800000 (8 MiB, mapped by libc)");
}

Test(text_call_end, thread_on_a_stack_of_the_program, .timeout = 20)
{
	struct event_call_end event = call_end(CALL_PTHREAD_CREATE, 0, 2002);
	event.child_is_thread = true;
	event.stack =
		(struct stack_actual){.origin = STACK_USER, .base_known = true, .base = 0x7f0000000000, .size = 65536};
	render_text_call_end(rendered_begin(), &event);
	expect_rendered("[2001] pthread_create returned 0 after 61.2 µs: thread 2002 on stack "
			"0x7f0000000000-0x7f0000010000 (64 KiB, given by the program)");
}

Test(text_call_end, clone_knows_the_top_only, .timeout = 20)
{
	struct event_call_end event = call_end(CALL_CLONE, 2002, 2002);
	event.stack = (struct stack_actual){.origin = STACK_USER, .top = 0x7f0000010000};
	render_text_call_end(rendered_begin(), &event);
	expect_rendered("[2001] clone returned 2002 after 61.2 µs: process 2002 on a stack below 0x7f0000010000 "
			"(given by the program)");
}

Test(text_call_end, fork, .timeout = 20)
{
	struct event_call_end event = call_end(CALL_FORK, 2002, 2002);
	event.stack.origin = STACK_COPY;
	render_text_call_end(rendered_begin(), &event);
	expect_rendered("[2001] fork returned 2002 after 61.2 µs: process 2002 on a copy of the parent's stack");
}

Test(text_call_end, vfork_returns_past_the_shim, .timeout = 20)
{
	struct event_call_end event = call_end(CALL_VFORK, 0, 2002);
	event.result_observed = false;
	event.stack.origin = STACK_SHARED;
	render_text_call_end(rendered_begin(), &event);
	expect_rendered(
		"[2001] vfork: result not observed (it returns past the shim); process 2002 on the parent's own "
		"stack, shared until it execs or exits; after 61.2 µs");
	event.duration_observed = false;
	render_text_call_end(rendered_begin(), &event);
	expect_rendered(
		"[2001] vfork: result not observed (it returns past the shim); process 2002 on the parent's own "
		"stack, shared until it execs or exits");
}

/* A trace may hold a call that never returned. */
Test(text_call_end, left_by_longjmp, .timeout = 20)
{
	struct event_call_end event = {
		.head = MAIN_THREAD, .call = CALL_SYSTEM, .unreturned = UNRETURNED_LEFT, .syscall_observed = true};
	render_text_call_end(rendered_begin(), &event);
	expect_rendered("[2001] system: result not observed (it has not returned)");
}

/* The child has a line of its own for it. */
Test(text_call_end, goes_on_in_the_child, .timeout = 20)
{
	struct event_call_end event = {
		.head = MAIN_THREAD, .call = CALL_DAEMON, .unreturned = UNRETURNED_IN_CHILD, .child = 5};
	render_text_call_end(rendered_begin(), &event);
	expect_rendered("");
}

/* pthread_create returns the error, fork sets errno, thrd_create has words of its own. */
Test(text_call_end, failures, .timeout = 20)
{
	struct event_call_end event = call_end(CALL_PTHREAD_CREATE, EAGAIN, 0);
	render_text_call_end(rendered_begin(), &event);
	expect_rendered("[2001] pthread_create returned EAGAIN (Resource temporarily unavailable) after 61.2 µs");

	event = call_end(CALL_FORK, -1, 0);
	event.error = EAGAIN;
	event.duration_ns = 10000;
	render_text_call_end(rendered_begin(), &event);
	expect_rendered("[2001] fork returned -1 EAGAIN (Resource temporarily unavailable) after 10.0 µs");
}

Test(text_call_end, thrd_results_of_glibc, .timeout = 20)
{
	static const char *const words[] = {"thrd_success", "thrd_busy",     "thrd_error",
					    "thrd_nomem",   "thrd_timedout", "5"};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		struct event_call_end event = call_end(CALL_THRD_CREATE, (int64_t)i, 0);
		char expected[128];
		snprintf(expected, sizeof expected, "[2001] thrd_create returned %s after 61.2 µs", words[i]);
		render_text_call_end(rendered_begin(), &event);
		expect_rendered(expected);
	}
}

/* What waitpid tells of the shell; but system(NULL) answers whether there is a shell at all. */
Test(text_call_end, system_results, .timeout = 20)
{
	struct event_call_end event = call_end(CALL_SYSTEM, 6 << 8, 0);
	render_text_call_end(rendered_begin(), &event);
	expect_rendered("[2001] system returned exit status 6 after 61.2 µs");
	event.result = SIGHUP;
	render_text_call_end(rendered_begin(), &event);
	expect_rendered("[2001] system returned SIGHUP after 61.2 µs");
	event.result = 1;
	event.asked_for_shell = true;
	render_text_call_end(rendered_begin(), &event);
	expect_rendered("[2001] system returned 1 after 61.2 µs");
}

Test(text_call_end, without_an_observed_syscall, .timeout = 20)
{
	struct event_call_end event = call_end(CALL_PTHREAD_CREATE, 0, 0);
	event.syscall_observed = false;
	event.not_observed_reason = "CLONESHIM_PROBE=off";
	render_text_call_end(rendered_begin(), &event);
	expect_rendered("[2001] pthread_create returned 0 after 61.2 µs; stack: not observed; "
			"syscall: not observed (CLONESHIM_PROBE=off)");
	event.result = EAGAIN; /* no thread, no stack to speak of */
	render_text_call_end(rendered_begin(), &event);
	expect_rendered("[2001] pthread_create returned EAGAIN (Resource temporarily unavailable) after 61.2 µs; "
			"syscall: not observed (CLONESHIM_PROBE=off)");
}

Test(text_call_end, stack_not_observed, .timeout = 20)
{
	struct event_call_end event = call_end(CALL_PTHREAD_CREATE, 0, 2002);
	event.child_is_thread = true;
	event.duration_observed = false;
	render_text_call_end(rendered_begin(), &event);
	expect_rendered("[2001] pthread_create returned 0: thread 2002; stack: not observed");
}

/* Indentation stops somewhere, whatever a damaged event says. */
Test(text_tag, depth_is_bounded, .timeout = 20)
{
	struct event_call_end event = call_end(CALL_FORK, 5, 0);
	event.head.depth = UINT32_MAX;
	render_text_call_end(rendered_begin(), &event);
	cr_expect(lt(sz, strlen(rendered_end()), (size_t)100));
}
