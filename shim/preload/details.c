/* details.c: see details.h. Hot path; calls the kernel, and libc's plain getters for the types that are opaque. */
#include "preload/details.h"

#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>

#include "preload/libc_identity.h"
#include "preload/memory.h"
#include "preload/modules.h"

#define VECTOR_COUNT_MAX 100000 /* where counting an endless vector ends */

bool
details_are_wanted(enum libc_call call)
{
	const struct libc_call_info *info = libc_call_info(call);

	for (int i = 0; i < LIBC_CALL_MAX_ARGS && info->args[i].kind != ARG_NONE; i++)
		if (info->args[i].kind >= ARG_STRING)
			return true;
	return false;
}

static void
read_string(struct memory_reader *reader, uint64_t address, struct event_string *string)
{
	uint32_t length = 0;

	*string = (struct event_string){.bytes = (const char *)address};
	while (memory_reaches(reader, address + length)) {
		if (string->bytes[length] == '\0') {
			string->is_observed = true;
			break;
		}
		if (length == EVENT_STRING_MAX) {
			string->is_observed = true;
			string->is_cut = true;
			break;
		}
		length++;
	}
	string->length = length;
}

bool
details_read_vector(uint64_t address, struct event_string *strings, uint32_t keep, uint32_t *count)
{
	const uint64_t *vector = (const uint64_t *)address;
	struct memory_reader elements = {0}, bytes = {0};

	for (*count = 0; *count < VECTOR_COUNT_MAX; (*count)++) {
		if (!memory_reaches(&elements, (uint64_t)&vector[*count]))
			return false;
		if (vector[*count] == 0)
			return true;
		if (*count < keep)
			read_string(&bytes, vector[*count], &strings[*count]);
	}
	return true;
}

/* Calls `int name(const posix_spawnattr_t *, value *)`, a getter of libc's that only copies. */
static bool
get_attribute(const char *name, uint64_t attr, void *value)
{
	uint64_t function = modules_find_next(name);

	return function != 0 && ((int (*)(uint64_t, void *))function)(attr, value) == 0;
}

static void
read_attributes(uint64_t address, struct call_details *details)
{
	struct spawn_attributes *attributes = &details->attributes;
	struct sched_param parameter = {0};
	sigset_t mask = {{0}}, defaulted = {{0}};
	short flags = 0;
	pid_t group = 0;
	int policy = 0;

	if (!memory_readable(address, sizeof(posix_spawnattr_t)) ||
	    !get_attribute("posix_spawnattr_getflags", address, &flags))
		return;
	details->attributes_observed = true;
	attributes->flags = (uint16_t)flags;
	if ((flags & POSIX_SPAWN_SETPGROUP) != 0 && get_attribute("posix_spawnattr_getpgroup", address, &group))
		attributes->process_group = group;
	if ((flags & POSIX_SPAWN_SETSIGMASK) != 0 && get_attribute("posix_spawnattr_getsigmask", address, &mask))
		attributes->signal_mask = mask.__val[0];
	if ((flags & POSIX_SPAWN_SETSIGDEF) != 0 && get_attribute("posix_spawnattr_getsigdefault", address, &defaulted))
		attributes->signal_default = defaulted.__val[0];
	if ((flags & POSIX_SPAWN_SETSCHEDULER) != 0 &&
	    get_attribute("posix_spawnattr_getschedpolicy", address, &policy))
		attributes->policy = policy;
	if ((flags & (POSIX_SPAWN_SETSCHEDULER | POSIX_SPAWN_SETSCHEDPARAM)) != 0 &&
	    get_attribute("posix_spawnattr_getschedparam", address, &parameter))
		attributes->priority = parameter.sched_priority;
}

/* The type has no getters. glibc's <spawn.h> shows the members: int allocated, int used. musl's list is its own affair (src/process/
   fdop.h: prev, next first): a chain of `next` pointers from the second word of the type. */
struct glibc_file_actions {
	int allocated, used;
};

struct musl_file_actions {
	int pad[2];
	const struct musl_file_action {
		const struct musl_file_action *next, *previous;
	} * first;
};

static void
read_actions(uint64_t address, struct call_details *details)
{
	const struct musl_file_action *action;

	if (!memory_readable(address, sizeof(posix_spawn_file_actions_t)))
		return;
	if (libc_identity()->is_glibc) {
		details->action_count = (uint32_t)((const struct glibc_file_actions *)address)->used;
		details->actions_observed = true;
		return;
	}
	action = ((const struct musl_file_actions *)address)->first;
	while (action != NULL && details->action_count < VECTOR_COUNT_MAX) {
		if (!memory_readable((uint64_t)action, sizeof(*action)))
			return;
		details->action_count++;
		action = action->next;
	}
	details->actions_observed = true;
}

static void
read_sigevent(uint64_t address, struct call_details *details)
{
	const struct sigevent *event = (const struct sigevent *)address;

	if (!memory_readable(address, sizeof(*event)))
		return;
	details->sigevent_observed = true;
	details->sigevent.notify = event->sigev_notify;
	details->sigevent.signal = event->sigev_signo;
	if (event->sigev_notify == SIGEV_THREAD_ID)
		details->sigevent.tid = event->_sigev_un._tid;
	if (event->sigev_notify != SIGEV_THREAD)
		return;
	details->sigevent.has_attributes = event->sigev_notify_attributes != NULL;
	modules_locate((uint64_t)event->sigev_notify_function, &details->sigevent.function);
}

static void
read_argument(enum arg_kind kind, uint64_t address, struct call_details *details, size_t *string)
{
	struct memory_reader reader = {0};

	switch (kind) {
	case ARG_STRING:
		read_string(&reader, address, &details->strings[(*string)++]);
		break;
	case ARG_STRINGS:
		details->vector_observed =
			details_read_vector(address, details->vector, EVENT_VECTOR_MAX, &details->vector_count);
		break;
	case ARG_ENVIRONMENT:
		details->environment_observed = details_read_vector(address, NULL, 0, &details->environment_count);
		break;
	case ARG_SPAWN_ACTIONS:
		read_actions(address, details);
		break;
	case ARG_SPAWN_ATTR:
		read_attributes(address, details);
		break;
	case ARG_SIGEVENT:
		read_sigevent(address, details);
		break;
	default:
		break;
	}
}

void
details_read(enum libc_call call, const uint64_t *args, struct call_details *details)
{
	const struct libc_call_info *info = libc_call_info(call);
	size_t string = 0;

	memset(details, 0, sizeof(*details));
	for (int i = 0; i < LIBC_CALL_MAX_ARGS && info->args[i].kind != ARG_NONE; i++)
		if (args[i] != 0)
			read_argument(info->args[i].kind, args[i], details, &string);
		else
			string += info->args[i].kind == ARG_STRING;
}
