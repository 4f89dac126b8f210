/*
 * render_json.c: the json format by example: what a call, its syscalls, a process become. Each test is an event, filled as the
 * shim fills it, and the object, or the piece of one, that it becomes.
 */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#include "decode/render.h"
#include "unit/json_text_check.h"

/* The JSON below is laid out by hand. */
/* clang-format off */

#define PROGRAM "/home/me/sum_array_threads"
#define IN_PROGRAM(name, inside, at) \
	{.address = 0x555555554000 + (at), .module = PROGRAM, .offset = (at), .symbol = (name), .symbol_offset = (inside)}
#define CALLER {"address": "0x5555555553c7", "module": "/home/me/sum_array_threads", "offset": "0x13c7", \
	"symbol": "main", "symbol_offset": "0x8e"}
#define START {"address": "0x5555555551c9", "module": "/home/me/sum_array_threads", "offset": "0x11c9", \
	"symbol": "sum_slice", "symbol_offset": "0x0"}
/* JSON() does not expand what stands in it; this does. stdbool.h's names must not be macros then. */
#define EXPANDED(...) JSON(__VA_ARGS__)
#undef true
#undef false
enum { false, true };

/* The process. */

static const struct event_string arguments[] = {
	{.bytes = "sum", .length = 3, .is_observed = true},
	{.bytes = "\xff", .length = 1, .is_observed = true},
	{.is_observed = false},
};

static const struct event_process process = {
	.head = {.pid = 2001, .tid = 2001},
	.kind = PROCESS_LOADED,
	.time_ns = 12,
	.ppid = 2000,
	.exe = PROGRAM,
	.argv_observed = true,
	.argv_count = 3,
	.argv = arguments,
	.libc = "glibc 2.36",
	.probe = "patch",
	.site_count = 1,
	.sites = {{.nr = SYS_clone3, .at = {.address = 0x7f01, .module = "/lib/libc.so.6", .offset = 1}}},
};

Test(json_process, loaded, .timeout = 20)
{
	render_json_process(rendered_begin(), &process);
	expect_rendered(JSON({"schema": 1, "type": "process", "pid": 2001, "tid": 2001, "time_ns": 12,
		"copied_from": null, "ppid": 2000, "exe": "/home/me/sum_array_threads", "argv": ["sum", {"hex": "ff"},
		{"unreadable": true}], "libc": "glibc 2.36", "probe": "patch", "probe_reason": null,
		"sites": [{"name": "clone3", "nr": 435, "at": {"address": "0x7f01", "module": "/lib/libc.so.6",
		"offset": "0x1", "symbol": null, "symbol_offset": null}}], "left_alone": [], "inject": null}));
}

Test(json_process, copied, .timeout = 20)
{
	struct event_process event = {
		.head = {.pid = 7, .tid = 7}, .kind = PROCESS_COPIED, .time_ns = 9, .copied_from = 2001};
	render_json_process(rendered_begin(), &event);
	expect_rendered(JSON({"schema": 1, "type": "process", "pid": 7, "tid": 7, "time_ns": 9, "copied_from": 2001,
		"ppid": null, "exe": null, "argv": null, "libc": null, "probe": null, "probe_reason": null,
		"sites": null, "left_alone": null, "inject": null}));
}

Test(json_process, without_a_probe, .timeout = 20)
{
	struct event_process event = {.head = {.pid = 7, .tid = 7},
				      .probe = "off",
				      .probe_reason = "CLONESHIM_PROBE=off",
				      .inject = "clone3:error=ENOSYS"};
	render_json_process(rendered_begin(), &event);
	expect_rendered(JSON({"schema": 1, "type": "process", "pid": 7, "tid": 7, "time_ns": 0, "copied_from": null,
		"ppid": 0, "exe": null, "argv": null, "libc": null, "probe": "off",
		"probe_reason": "CLONESHIM_PROBE=off", "sites": [], "left_alone": [], "inject": "clone3:error=ENOSYS"}));
}

/* What dlopen brought: sites of its own, and what only may be one. */
Test(json_process, module, .timeout = 20)
{
	struct event_process event = {
		.head = {.pid = 7, .tid = 8},
		.kind = PROCESS_MODULE,
		.time_ns = 9,
		.exe = "/lib/a.so",
		.site_count = 1,
		.sites = {{.nr = SYS_fork, .at = {.address = 0x7f01, .module = "/lib/a.so", .offset = 1}}},
		.left_alone_count = 1,
		.left_alone = {{.nr = SYS_clone, .at = {.address = 0x7f02}, .why = "not proven to be one"}},
	};
	render_json_process(rendered_begin(), &event);
	expect_rendered(JSON({"schema": 1, "type": "module", "pid": 7, "tid": 8, "time_ns": 9, "path": "/lib/a.so",
		"sites": [{"name": "fork", "nr": 57, "at": {"address": "0x7f01", "module": "/lib/a.so",
		"offset": "0x1", "symbol": null, "symbol_offset": null}}],
		"left_alone": [{"name": "clone", "nr": 56, "at": {"address": "0x7f02", "module": null, "offset": null,
		"symbol": null, "symbol_offset": null}, "why": "not proven to be one"}], "reason": null}));
}

/* What a libc call was given. */

static struct event_call_begin
call_of(enum libc_call call)
{
	return (struct event_call_begin){
		.head = {.pid = 2001, .tid = 2002, .call_id = 7, .depth = 1},
		.call = call,
		.time_ns = 99,
		.caller = IN_PROGRAM("main", 0x8e, 0x13c7),
	};
}

static char *
asked(const struct event_call_begin *event)
{
	render_json_asked(rendered_begin(), event);
	return rendered_end();
}

/* Only the object behind "args". */
static char *
arguments_of(const struct event_call_begin *event)
{
	char *start = strstr(asked(event), "\"args\":") + strlen("\"args\":");
	*strstr(start, ",\"stack_request\"") = '\0';
	return start;
}

Test(json_asked, pthread_create, .timeout = 20)
{
	struct event_call_begin event = call_of(CALL_PTHREAD_CREATE);
	memcpy(event.args, (uint64_t[7]){0x7ffd5c, 0, 0x5555555551c9, 0x7ffd10}, sizeof event.args);
	event.start = (struct code_location)IN_PROGRAM("sum_slice", 0, 0x11c9);
	event.stack.kind = STACK_REQUEST_DEFAULT;
	expect_string(asked(&event), EXPANDED(, "api": "pthread_create", "caller": CALLER,
		"args": {"thread": "0x7ffd5c", "attr": null, "start_routine": START, "arg": "0x7ffd10"},
		"stack_request": {"address": null, "size": null, "guard": null, "top": null, "detached": false,
		"policy": null, "priority": null, "affinity": null, "affinity_cut": null}));
}

Test(json_asked, stack_of_a_thread, .timeout = 20)
{
	struct event_call_begin event = call_of(CALL_PTHREAD_CREATE);
	event.stack = (struct stack_request){.kind = STACK_REQUEST_GIVEN,
					     .address_set = true,
					     .address = 0x7f00,
					     .size_set = true,
					     .size = 65536,
					     .guard_set = true,
					     .detached = true,
					     .scheduling_set = true,
					     .policy = 77,
					     .priority = -1,
					     .affinity_set = true,
					     .affinity = 0x13,
					     .affinity_cut = true};
	expect_string(strstr(asked(&event), "\"stack_request\""), JSON("stack_request": {"address": "0x7f00",
		"size": 65536, "guard": 0, "top": null, "detached": true, "policy": 77, "priority": -1,
		"affinity": "0x13", "affinity_cut": true}));
	event.stack = (struct stack_request){.kind = STACK_REQUEST_GIVEN,
					     .address_set = true,
					     .top_only = true,
					     .address = 0x7f00,
					     .scheduling_set = true,
					     .policy = SCHED_FIFO};
	expect_string(strstr(asked(&event), "\"stack_request\""), JSON("stack_request": {"address": null,
		"size": null, "guard": null, "top": "0x7f00", "detached": false, "policy": "SCHED_FIFO",
		"priority": 0, "affinity": null, "affinity_cut": null}));
}

Test(json_asked, nothing, .timeout = 20)
{
	struct event_call_begin event = call_of(CALL_FORK);
	event.caller = (struct code_location){.address = 0x1000};
	expect_string(asked(&event), JSON(, "api": "fork", "caller": {"address": "0x1000", "module": null,
		"offset": null, "symbol": null, "symbol_offset": null}, "args": {}, "stack_request": null));
}

/* What the flags do not ask for was not passed. */
Test(json_asked, clone, .timeout = 20)
{
	struct event_call_begin event = call_of(CALL_CLONE);
	memcpy(event.args,
	       (uint64_t[7]){0, 0x7f00, 0xdead00000000 | CLONE_VM | CLONE_SETTLS | 0x400000 | SIGCHLD, 9, 10, 11, 12},
	       sizeof event.args);
	expect_string(arguments_of(&event), JSON({"fn": null, "stack": "0x7f00", "flags": {"flags": ["CLONE_VM",
		"CLONE_SETTLS"], "flags_value": "0x480100", "exit_signal": "SIGCHLD"}, "arg": "0x9",
		"parent_tid": null, "tls": "0xb", "child_tid": null}));
	event.args[2] = CLONE_PIDFD | CLONE_CHILD_CLEARTID | 200;
	expect_string(arguments_of(&event), JSON({"fn": null, "stack": "0x7f00", "flags": {"flags": ["CLONE_PIDFD",
		"CLONE_CHILD_CLEARTID"], "flags_value": "0x201000", "exit_signal": 200}, "arg": "0x9",
		"parent_tid": "0xa", "tls": null, "child_tid": "0xc"}));
}

Test(json_asked, namespaces, .timeout = 20)
{
	struct event_call_begin event = call_of(CALL_SETNS);
	event.args[0] = 0xffffffffffffffff;
	event.args[1] = CLONE_NEWUTS | CLONE_NEWTIME;
	expect_string(arguments_of(&event), JSON({"fd": -1, "nstype": {"flags": ["CLONE_NEWUTS", "CLONE_NEWTIME"],
		"flags_value": "0x4000080"}}));
}

Test(json_asked, posix_spawn, .timeout = 20)
{
	struct call_details details = {
		.strings = {{.bytes = "/bin/ls", .length = 7, .is_observed = true}},
		.vector = {{.bytes = "ls", .length = 2, .is_observed = true},
			   {.bytes = "a\nb", .length = 3, .is_observed = true, .is_cut = true}},
		.vector_count = 2,
		.vector_observed = true,
		.environment_count = 30,
		.environment_observed = true,
		.action_count = 2,
		.actions_observed = true,
		.attributes_observed = true,
		.attributes = {.flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSCHEDULER | 0x8000,
			       .signal_mask = 5,
			       .policy = SCHED_RR,
			       .priority = 3},
	};
	struct event_call_begin event = call_of(CALL_POSIX_SPAWN);
	event.details = &details;
	memcpy(event.args, (uint64_t[7]){1, 2, 3, 4, 5, 6}, sizeof event.args);
	expect_string(arguments_of(&event), JSON({"pid": "0x1", "path": "/bin/ls", "file_actions": {"count": 2},
		"attrp": {"flags": ["POSIX_SPAWN_SETSIGMASK", "POSIX_SPAWN_SETSCHEDULER"], "flags_value": "0x8028",
		"process_group": null, "signal_mask": "0x5", "signal_default": null, "policy": "SCHED_RR",
		"priority": 3}, "argv": ["ls", {"text": "a\nb", "cut": true}], "envp": {"count": 30}}));

	memset(event.args, 0, sizeof event.args);
	expect_string(arguments_of(&event), JSON({"pid": null, "path": null, "file_actions": null, "attrp": null,
		"argv": null, "envp": null}));
}

Test(json_asked, bad_pointers, .timeout = 20)
{
	struct call_details details = {.vector_observed = false};
	struct event_call_begin event = call_of(CALL_POSIX_SPAWN);
	event.details = &details;
	memcpy(event.args, (uint64_t[7]){1, 2, 3, 4, 5, 6}, sizeof event.args);
	expect_string(arguments_of(&event), JSON({"pid": "0x1", "path": {"unreadable": true},
		"file_actions": {"unreadable": true}, "attrp": {"unreadable": true}, "argv": {"unreadable": true},
		"envp": {"unreadable": true}}));
}

/* The first string is NULL: the second is still the second. */
Test(json_asked, two_strings, .timeout = 20)
{
	struct call_details details = {
		.strings = {{.is_observed = false}, {.bytes = "r", .length = 1, .is_observed = true}}};
	struct event_call_begin event = call_of(CALL_POPEN);
	event.details = &details;
	event.args[1] = 1;
	expect_string(arguments_of(&event), JSON({"command": null, "type": "r"}));
}

static const struct {
	struct event_sigevent event;
	const char *text;
} sigevents[] = {
	{{.notify = SIGEV_NONE, .signal = 5},
	 "{\"notify\":\"SIGEV_NONE\",\"signal\":null,\"tid\":null,\"function\":null,\"attributes\":null}"},
	{{.notify = SIGEV_SIGNAL, .signal = SIGUSR1, .tid = 4},
	 "{\"notify\":\"SIGEV_SIGNAL\",\"signal\":\"SIGUSR1\",\"tid\":null,\"function\":null,\"attributes\":null}"},
	{{.notify = SIGEV_THREAD_ID, .signal = 40, .tid = 4},
	 "{\"notify\":\"SIGEV_THREAD_ID\",\"signal\":\"SIGRT_8\",\"tid\":4,\"function\":null,\"attributes\":null}"},
	{{.notify = SIGEV_THREAD, .has_attributes = true, .function = {.address = 0x10}},
	 "{\"notify\":\"SIGEV_THREAD\",\"signal\":null,\"tid\":null,\"function\":{\"address\":\"0x10\",\"module\":null,"
	 "\"offset\":null,\"symbol\":null,\"symbol_offset\":null},\"attributes\":true}"},
	{{.notify = 3}, "{\"notify\":3,\"signal\":null,\"tid\":null,\"function\":null,\"attributes\":null}"},
	{{.notify = -1}, "{\"notify\":-1,\"signal\":null,\"tid\":null,\"function\":null,\"attributes\":null}"},
};

Test(json_asked, notifications, .timeout = 20)
{
	for (size_t i = 0; i < sizeof sigevents / sizeof *sigevents; i++) {
		struct call_details details = {.sigevent_observed = true, .sigevent = sigevents[i].event};
		struct event_call_begin event = call_of(CALL_MQ_NOTIFY);
		char expected[512];
		event.details = &details;
		event.args[1] = 1;
		snprintf(expected, sizeof expected, "{\"mqdes\":0,\"sevp\":%s}", sigevents[i].text);
		expect_string(arguments_of(&event), expected);
	}
}

/* More than is kept, and more than fits. */
Test(json_asked, cut_vectors, .timeout = 20)
{
	static char long_string[EVENT_STRING_MAX];
	struct call_details details = {.vector_observed = true, .vector_count = 20};
	struct event_call_begin event = call_of(CALL_EXECV);
	event.details = &details;
	event.args[1] = 1;
	for (int i = 0; i < EVENT_VECTOR_MAX; i++)
		details.vector[i] =
			(struct event_string){.bytes = &"0123456789abcdef"[i], .length = 1, .is_observed = true};
	expect_string(
		arguments_of(&event), JSON({"pathname": null, "argv": {"count": 20, "first": ["0", "1", "2", "3", "4",
			"5", "6", "7", "8", "9", "a", "b", "c", "d", "e", "f"]}}));

	memset(long_string, 'x', sizeof long_string);
	details.vector_count = EVENT_VECTOR_MAX;
	for (int i = 0; i < EVENT_VECTOR_MAX; i++)
		details.vector[i] =
			(struct event_string){.bytes = long_string, .length = sizeof long_string, .is_observed = true};
	struct out *out = rendered_begin();
	out_limit(out, RENDER_JSON_ASKED_MAX);
	render_json_asked(out, &event);
	cr_assert(not(out->cut));
	rendered_end();
	cr_assert_not_null(strstr(rendered_text, "{\"count\":16,\"first\":[\"xxx"), "%s", rendered_text);
	cr_assert_not_null(strstr(rendered_text, "xxx\"]}},\"stack_request\":null"), "%s", rendered_text);
}

Test(json_asked, not_known, .timeout = 20)
{
	render_json_asked_unknown(rendered_begin(), CALL_DAEMON);
	expect_rendered(JSON(, "api": "daemon", "caller": null, "args": null, "stack_request": null));
}

/* Heads. */

Test(json_head, call, .timeout = 20)
{
	struct event_call_end event = {.head = {.pid = 1, .tid = 2, .call_id = 3, .depth = 4},
				       .call = CALL_FORK,
				       .start_ns = 5,
				       .duration_observed = true,
				       .duration_ns = 6};
	render_json_call_head(rendered_begin(), &event);
	expect_rendered("{\"schema\":1,\"type\":\"call\",\"id\":3,\"pid\":1,\"tid\":2,\"depth\":4,\"start_ns\":5,"
			"\"duration_ns\":6");
	event.duration_observed = false;
	render_json_call_head(rendered_begin(), &event);
	expect_rendered("{\"schema\":1,\"type\":\"call\",\"id\":3,\"pid\":1,\"tid\":2,\"depth\":4,\"start_ns\":5,"
			"\"duration_ns\":null");
}

Test(json_head, exec, .timeout = 20)
{
	struct event_call_begin event = call_of(CALL_EXECVE);
	render_json_exec_head(rendered_begin(), &event);
	expect_rendered("{\"schema\":1,\"type\":\"exec\",\"id\":7,\"pid\":2001,\"tid\":2002,\"depth\":1,\"time_ns\":99");
}

/* What a libc call answered. */

#define NO_STACK "stack": null, "begun_in": null

static char *
answered(const struct event_call_end *event)
{
	render_json_answered(rendered_begin(), event, 0);
	return rendered_end();
}

Test(json_answered, thread_on_a_stack_of_libc, .timeout = 20)
{
	struct event_call_end event = {.call = CALL_PTHREAD_CREATE,
				       .result_observed = true,
				       .syscall_observed = true,
				       .child = 101,
				       .child_is_thread = true,
				       .stack = {.origin = STACK_LIBC,
						 .base_known = true,
						 .base = 0x7f00,
						 .size = 256,
						 .top = 0x8000,
						 .guard_known = true,
						 .guard = 16}};
	expect_string(answered(&event), JSON(, "outcome": "returned", "ret": 0, "errno": null, "child": 101,
		"stack": {"base": "0x7f00", "size": 256, "top": "0x8000", "guard": 16, "origin": "libc"},
		"begun_in": null, "not_observed": null, "syscalls_apart": 0, "syscalls": [));
}

static const struct {
	struct stack_actual stack;
	const char *text;
} stacks[] = {
	{{.origin = STACK_NOT_OBSERVED}, "{\"base\":null,\"size\":null,\"top\":null,\"guard\":null,\"origin\":null}"},
	{{.origin = STACK_USER, .top = 16},
	 "{\"base\":null,\"size\":null,\"top\":\"0x10\",\"guard\":null,\"origin\":\"user\"}"},
	{{.origin = STACK_SHARED}, "{\"base\":null,\"size\":null,\"top\":null,\"guard\":null,\"origin\":\"parent\"}"},
	{{.origin = STACK_COPY}, "{\"base\":null,\"size\":null,\"top\":null,\"guard\":null,\"origin\":\"copy\"}"},
};

Test(json_answered, stacks, .timeout = 20)
{
	for (size_t i = 0; i < sizeof stacks / sizeof *stacks; i++) {
		struct event_call_end event = {.call = CALL_CLONE,
					       .result_observed = true,
					       .result = 5,
					       .syscall_observed = true,
					       .child = 5,
					       .stack = stacks[i].stack};
		char expected[512];
		snprintf(expected, sizeof expected,
			 ",\"outcome\":\"returned\",\"ret\":5,\"errno\":null,\"child\":5,\"stack\":%s"
			 ",\"begun_in\":null,\"not_observed\":null,\"syscalls_apart\":0,\"syscalls\":[",
			 stacks[i].text);
		expect_string(answered(&event), expected);
	}
}

static const struct {
	enum libc_call call;
	int64_t result;
	int error;
	const char *ret, *error_name;
} results[] = {
	{CALL_PTHREAD_CREATE, EAGAIN, 0, "11", "\"EAGAIN\""}, /* returns the error */
	{CALL_PTHREAD_CREATE, 999, 0, "999", "999"},
	{CALL_THRD_CREATE, 2, 0, "2", "null"},
	{CALL_FORK, -1, ENOMEM, "-1", "\"ENOMEM\""},
	{CALL_UNSHARE, -1, 600, "-1", "600"},
	{CALL_POPEN, 0x55aa, 0, "\"0x55aa\"", "null"},
	{CALL_POPEN, 0, EMFILE, "\"0x0\"", "\"EMFILE\""},
	{CALL_SYSTEM, 256, 0, "256", "null"},
	{CALL_GETADDRINFO_A, -11, 0, "-11", "null"},
};

Test(json_answered, results, .timeout = 20)
{
	for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
		struct event_call_end event = {.call = results[i].call,
					       .result_observed = true,
					       .result = results[i].result,
					       .error = results[i].error,
					       .not_observed_reason = "CLONESHIM_PROBE=off"};
		char expected[512];
		snprintf(expected, sizeof expected,
			 ",\"outcome\":\"returned\",\"ret\":%s,\"errno\":%s,\"child\":null,\"stack\":null"
			 ",\"begun_in\":null,\"not_observed\":\"CLONESHIM_PROBE=off\",\"syscalls_apart\":0,"
			 "\"syscalls\":[",
			 results[i].ret, results[i].error_name);
		expect_string(answered(&event), expected);
	}
}

Test(json_answered, not_returned, .timeout = 20)
{
	struct event_call_end event = {.call = CALL_VFORK, .unreturned = UNRETURNED_UNSEEN, .syscall_observed = true};
	expect_string(answered(&event), EXPANDED(, "outcome": "not_observed", "ret": null, "errno": null,
		"child": null, NO_STACK, "not_observed": null, "syscalls_apart": 0, "syscalls": [));
	event.unreturned = UNRETURNED_IN_CHILD;
	expect_string(answered(&event), EXPANDED(, "outcome": "in_child", "ret": null, "errno": null, "child": null,
		NO_STACK, "not_observed": null, "syscalls_apart": 0, "syscalls": [));
	event.unreturned = UNRETURNED_LEFT;
	render_json_answered(rendered_begin(), &event, 3);
	expect_rendered(EXPANDED(, "outcome": "unfinished", "ret": null, "errno": null, "child": null, NO_STACK,
		"not_observed": null, "syscalls_apart": 3, "syscalls": [));
}

Test(json_answered, syscalls_elsewhere_not_known, .timeout = 20)
{
	struct event_call_end event = {.call = CALL_DAEMON, .result_observed = true};
	render_json_answered(rendered_begin(), &event, -1);
	cr_expect_not_null(strstr(rendered_end(), "\"syscalls_apart\":null,"), "%s", rendered_text);
}

Test(json_answered, begun_elsewhere, .timeout = 20)
{
	struct event_call_end event = {.call = CALL_DAEMON,
				       .result_observed = true,
				       .syscall_observed = true,
				       .begun_pid = 5,
				       .begun_as_id = 6};
	expect_string(answered(&event), JSON(, "outcome": "returned", "ret": 0, "errno": null, "child": null,
		"stack": null, "begun_in": {"pid": 5, "id": 6}, "not_observed": null, "syscalls_apart": 0,
		"syscalls": [));
}

/* Syscalls. */

#define SITE {"address": "0x5555555553c7", "module": "/home/me/sum_array_threads", "offset": "0x13c7", "symbol": null, \
	"symbol_offset": null}

static struct event_syscall
syscall_of(uint32_t nr, int64_t result)
{
	return (struct event_syscall){
		.head = {.pid = 2001, .tid = 2002, .call_id = 7, .depth = 1},
		.nr = nr,
		.returned = true,
		.result = result,
		.start_ns = 90,
		.duration_observed = true,
		.duration_ns = 9,
		.args = {0x7ffe00, 0x58, 3, 4, 5, 6},
		.site = IN_PROGRAM(NULL, 0, 0x13c7),
	};
}

static char *
rendered_syscall(const struct event_syscall *event)
{
	render_json_syscall(rendered_begin(), event);
	return rendered_end();
}

Test(json_syscall, clone3, .timeout = 20)
{
	struct event_syscall event = syscall_of(SYS_clone3, 101);
	event.memory_observed = true;
	event.clone3 = (struct clone3_args){.flags = CLONE_VM | CLONE_PIDFD | CLONE_INTO_CGROUP | 1,
					    .pidfd = 0x10,
					    .child_tid = 0x20,
					    .parent_tid = 0x30,
					    .exit_signal = SIGCHLD,
					    .stack = 0x7f00,
					    .stack_size = 4096,
					    .tls = 0x40,
					    .set_tid = 0x50,
					    .set_tid_size = 2,
					    .cgroup = 9};
	event.set_tid_observed = true;
	event.set_tid[0] = 31;
	event.set_tid[1] = -1;
	event.pidfd_observed = true;
	event.pidfd = 4;
	expect_string(rendered_syscall(&event), EXPANDED({"name": "clone3", "nr": 435, "flags": ["CLONE_VM",
		"CLONE_PIDFD", "CLONE_INTO_CGROUP"], "flags_value": "0x200001101", "exit_signal": "SIGCHLD",
		"args": ["0x7ffe00", "0x58"], "clone_args": {"flags": "0x200001101", "pidfd": "0x10",
		"child_tid": "0x20", "parent_tid": "0x30", "exit_signal": 17, "stack": "0x7f00", "stack_size": 4096,
		"tls": "0x40", "set_tid": "0x50", "set_tid_size": 2, "cgroup": 9}, "clone_args_tail": null,
		"set_tid": [31, -1], "ret": 101, "error": null, "injected": false, "pidfd": 4, "start_ns": 90,
		"duration_ns": 9, "site": SITE}));
}

#define NO_MEMORY "clone_args": null, "clone_args_tail": null, "set_tid": null

Test(json_syscall, clone, .timeout = 20)
{
	struct event_syscall event = syscall_of(SYS_clone, -EAGAIN);
	event.args[0] = 0xdead00000000 | CLONE_CHILD_SETTID | CLONE_NEWTIME | SIGUSR1;
	expect_string(rendered_syscall(&event), EXPANDED({"name": "clone", "nr": 56, "flags": ["CLONE_CHILD_SETTID"],
		"flags_value": "0x1000000", "exit_signal": 138, "args": ["0xdead0100008a", "0x58", "0x3", "0x4",
		"0x5"], NO_MEMORY, "ret": -11, "error": "EAGAIN", "injected": false, "pidfd": null, "start_ns": 90,
		"duration_ns": 9, "site": SITE}));
}

/* They are given no flags. */
Test(json_syscall, fork, .timeout = 20)
{
	struct event_syscall event = syscall_of(SYS_fork, -600);
	event.injected = true;
	expect_string(rendered_syscall(&event), EXPANDED({"name": "fork", "nr": 57, "flags": null,
		"flags_value": null, "exit_signal": null, "args": [], NO_MEMORY, "ret": -600, "error": 600,
		"injected": true, "pidfd": null, "start_ns": 90, "duration_ns": 9, "site": SITE}));
}

Test(json_syscall, not_observed, .timeout = 20)
{
	struct event_syscall event = syscall_of(SYS_clone3, 0);
	event.returned = false;
	event.duration_observed = false;
	event.memory_fault = true;
	event.site = (struct code_location){.address = 0};
	expect_string(rendered_syscall(&event), EXPANDED({"name": "clone3", "nr": 435, "flags": null,
		"flags_value": null, "exit_signal": null, "args": ["0x7ffe00", "0x58"], NO_MEMORY, "ret": null,
		"error": null, "injected": false, "pidfd": null, "start_ns": 90, "duration_ns": null, "site": null}));
}

Test(json_syscall, another_number, .timeout = 20)
{
	struct event_syscall event = syscall_of(99, INT64_MIN);
	expect_string(rendered_syscall(&event), EXPANDED({"name": null, "nr": 99, "flags": null, "flags_value": null,
		"exit_signal": null, "args": ["0x7ffe00", "0x58", "0x3", "0x4", "0x5", "0x6"], NO_MEMORY,
		"ret": -9223372036854775808, "error": null, "injected": false, "pidfd": null, "start_ns": 90,
		"duration_ns": 9, "site": SITE}));
}

static const struct {
	uint64_t size;
	uint8_t length;
	bool fault;
	const char *text;
} tails[] = {
	{88, 0, false, "null"},
	{90, 2, false, "{\"hex\":\"abcd\"}"},
	{90, 0, true, "{\"unreadable\":true}"},
	{4096, 2, false, "{\"hex\":\"abcd\",\"cut\":true}"},
	{UINT64_MAX, 2, false, "{\"hex\":\"abcd\",\"cut\":true}"},
};

Test(json_syscall, clone_args_of_a_later_kernel, .timeout = 20)
{
	for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
		struct event_syscall event = syscall_of(SYS_clone3, -E2BIG);
		char expected[128];
		event.args[1] = tails[i].size;
		event.memory_observed = true;
		event.tail_fault = tails[i].fault;
		event.tail_length = tails[i].length;
		event.tail[0] = 0xab;
		event.tail[1] = 0xcd;
		snprintf(expected, sizeof expected, "\"clone_args_tail\":%s,\"set_tid\"", tails[i].text);
		cr_expect_not_null(strstr(rendered_syscall(&event), expected), "no %s in %s", expected, rendered_text);
	}
}

Test(json_syscall, set_tid_runs_into_nothing, .timeout = 20)
{
	struct event_syscall event = syscall_of(SYS_clone3, -EFAULT);
	event.memory_observed = true;
	event.clone3.set_tid = 0x1000;
	event.clone3.set_tid_size = 3;
	event.set_tid_fault = true;
	cr_expect_not_null(strstr(rendered_syscall(&event), "\"set_tid\":{\"count\":3,\"first\":[]},"), "%s",
			   rendered_text);
	event.set_tid_readable = 2;
	event.set_tid[0] = 5;
	cr_expect_not_null(strstr(rendered_syscall(&event), "\"set_tid\":{\"count\":3,\"first\":[5,0]},"), "%s",
			   rendered_text);
}

Test(json_syscall, outside_any_call, .timeout = 20)
{
	struct event_syscall event = syscall_of(SYS_vfork, 5);
	event.head.call_id = 0;
	render_json_lone_syscall(rendered_begin(), &event);
	expect_rendered(EXPANDED({"schema": 1, "type": "syscall", "call": null, "helper_of": null, "pid": 2001,
		"tid": 2002, "name": "vfork", "nr": 58, "flags": null, "flags_value": null, "exit_signal": null,
		"args": [], NO_MEMORY, "ret": 5, "error": null, "injected": false, "pidfd": null, "start_ns": 90,
		"duration_ns": 9, "site": SITE}));
	event.head.call_id = 4;
	event.in_helper_thread = true;
	event.helper_of = CALL_TIMER_CREATE;
	render_json_lone_syscall(rendered_begin(), &event);
	cr_expect_not_null(strstr(rendered_end(), "\"call\":4,\"helper_of\":\"timer_create\","), "%s", rendered_text);
}

/* clang-format on */

/* The most that can come together: the pieces stay within the room that render.h promises, and are valid. */

static char everything[6000]; /* a path of control characters, each of which takes six bytes */

static struct code_location
worst_location(void)
{
	return (struct code_location){.address = UINT64_MAX,
				      .module = everything,
				      .offset = UINT64_MAX,
				      .symbol = everything,
				      .symbol_offset = UINT64_MAX};
}

static struct call_details worst_details;

static const struct call_details *
make_worst_details(void)
{
	struct event_string string = {
		.bytes = everything, .length = EVENT_STRING_MAX, .is_observed = true, .is_cut = true};
	worst_details = (struct call_details){
		.strings = {string, string},
		.vector_count = UINT32_MAX,
		.environment_count = UINT32_MAX,
		.action_count = UINT32_MAX,
		.vector_observed = true,
		.environment_observed = true,
		.actions_observed = true,
		.attributes_observed = true,
		.sigevent_observed = true,
		.attributes = {UINT32_MAX, INT32_MIN, INT32_MIN, INT32_MIN, UINT64_MAX, UINT64_MAX},
		.sigevent = {SIGEV_THREAD, INT32_MIN, INT32_MIN, true, worst_location()},
	};
	for (int i = 0; i < EVENT_VECTOR_MAX; i++)
		worst_details.vector[i] = string;
	return &worst_details;
}

static const struct event_head worst_head = {INT32_MIN, INT32_MIN, UINT64_MAX, UINT32_MAX};

/* NULL: locations have none, as in the shim. */
static const struct code_source *worst_source;

static void
worst_asked(struct out *out, enum libc_call call)
{
	struct event_call_begin event = {.head = worst_head,
					 .call = call,
					 .time_ns = UINT64_MAX,
					 .caller = worst_location(),
					 .start = worst_location(),
					 .details = make_worst_details()};
	memset(event.args, 0xff, sizeof event.args);
	event.stack = (struct stack_request){
		STACK_REQUEST_GIVEN, true,       true,       true,      false,     true,      true, true, true,
		UINT64_MAX,          UINT64_MAX, UINT64_MAX, INT32_MIN, INT32_MIN, UINT64_MAX};
	event.caller.source = worst_source;
	if (libc_call_info(call)->args[0].kind != ARG_NONE)
		event.start.source = worst_source;
	render_json_asked(out, &event);
}

/* `piece` within `size` bytes of memory, as the sink gives it; brackets around it make a value of it. */
static void
check_fits(const char *what, const char *before, const char *piece, const struct out *out, const char *behind)
{
	static char whole[RENDER_JSON_LINE_MAX + 64];
	cr_assert(not(out->cut), "%s does not fit into %zu bytes", what, out->size);
	snprintf(whole, sizeof whole, "%s%.*s%s", before, (int)out->length, piece, behind);
	cr_assert(json_is_value(whole), "%s: %s", what, whole);
}

static void
fill_everything(void)
{
	memset(everything, 1, sizeof everything - 1);
}

Test(json_room, heads, .timeout = 20)
{
	char memory[RENDER_JSON_HEAD_MAX];
	struct out out;
	out_init(&out, memory, sizeof memory);
	render_json_call_head(&out, &(struct event_call_end){.head = worst_head,
							     .start_ns = UINT64_MAX,
							     .duration_observed = true,
							     .duration_ns = UINT64_MAX});
	check_fits("call", "", memory, &out, "}");
	out_init(&out, memory, sizeof memory);
	render_json_exec_head(&out, &(struct event_call_begin){.head = worst_head, .time_ns = UINT64_MAX});
	check_fits("exec", "", memory, &out, "}");
}

Test(json_room, every_call_asked, .timeout = 20)
{
	fill_everything();
	for (int call = 0; call < LIBC_CALL_COUNT; call++) {
		char memory[RENDER_JSON_ASKED_MAX];
		struct out out;
		out_init(&out, memory, sizeof memory);
		worst_asked(&out, (enum libc_call)call);
		check_fits(libc_call_info((enum libc_call)call)->name, "{\"x\":0", memory, &out, "}");
	}
}

/* Each location has its own room, and at least one frame in it. */
Test(json_room, every_call_asked_with_sources, .timeout = 20)
{
	static struct {
		struct code_source source;
		struct source_frame frames[3];
	} worst;

	fill_everything();
	worst.source.count = 3;
	for (int i = 0; i < 3; i++)
		worst.source.frames[i] = (struct source_frame){everything, everything, INT32_MAX, i < 2};
	worst_source = &worst.source;
	for (int call = 0; call < LIBC_CALL_COUNT; call++) {
		char memory[RENDER_JSON_ASKED_MAX + 2 * RENDER_JSON_SOURCE_MAX];
		struct out out;
		out_init(&out, memory, sizeof memory);
		worst_asked(&out, (enum libc_call)call);
		check_fits(libc_call_info((enum libc_call)call)->name, "{\"x\":0", memory, &out, "}");
		cr_expect_not_null(strstr(memory, "\"source\":{\"count\":3,\"first\":[{\"function\":"), "%s", memory);
	}
	worst_source = NULL;
}

Test(json_room, answered, .timeout = 20)
{
	char memory[RENDER_JSON_ANSWERED_MAX];
	struct out out;
	struct event_call_end event = {
		.head = worst_head,
		.call = CALL_PTHREAD_CREATE,
		.result_observed = true,
		.result = INT64_MIN + EAGAIN,
		.child = INT32_MIN,
		.not_observed_reason = everything,
		.begun_pid = INT32_MIN,
		.begun_as_id = UINT64_MAX,
		.stack = {STACK_LIBC, true, true, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX}};
	fill_everything();
	out_init(&out, memory, sizeof memory);
	render_json_answered(&out, &event, INT64_MAX);
	check_fits("answered", "{\"x\":0", memory, &out, RENDER_JSON_CALL_TAIL);
}

Test(json_room, lines, .timeout = 20)
{
	char memory[RENDER_JSON_LINE_MAX];
	struct out out;
	struct event_syscall syscall = syscall_of(SYS_clone3, -EAFNOSUPPORT);
	struct event_process event = process;
	fill_everything();

	memset(&syscall.clone3, 0xff, sizeof syscall.clone3);
	memset(syscall.args, 0xff, sizeof syscall.args);
	memset(syscall.set_tid, 0x80, sizeof syscall.set_tid);
	syscall.head = worst_head;
	syscall.memory_observed = syscall.set_tid_observed = syscall.pidfd_observed = syscall.in_helper_thread = true;
	syscall.helper_of = CALL_GETADDRINFO_A;
	syscall.clone3.set_tid_size = EVENT_SET_TID_MAX;
	syscall.tail_length = EVENT_TAIL_MAX;
	syscall.start_ns = syscall.duration_ns = UINT64_MAX;
	syscall.site = worst_location();
	out_init(&out, memory, sizeof memory);
	render_json_lone_syscall(&out, &syscall);
	check_fits("syscall", "", memory, &out, "");

	event.head = worst_head;
	event.time_ns = UINT64_MAX;
	event.exe = event.probe_reason = event.inject = event.libc = everything;
	event.argv = make_worst_details()->vector;
	event.argv_count = UINT32_MAX;
	event.site_count = UINT32_MAX;
	for (int i = 0; i < EVENT_SITES_MAX; i++) {
		event.sites[i].nr = UINT32_MAX;
		event.sites[i].at = worst_location();
	}
	out_init(&out, memory, sizeof memory);
	render_json_process(&out, &event);
	check_fits("process", "", memory, &out, "");
	cr_expect_not_null(strstr(memory, "\"sites\":{\"count\":4294967295,\"first\":[{\"name\":null,"), "%s", memory);
}

/* A record's text: whatever was asked, what libc does at its ordinary worst (clone3 is refused, clone follows) is still inside. */
Test(json_room, what_is_left_for_syscalls, .timeout = 20)
{
	cr_expect_geq(RENDER_JSON_LINE_MAX - RENDER_JSON_HEAD_MAX - RENDER_JSON_ASKED_MAX - RENDER_JSON_ANSWERED_MAX,
		      800);
}
