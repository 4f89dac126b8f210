/* path_signature.c: see path_signature.h. */
#include "cli/path_signature.h"

#include <string.h>
#include <sys/syscall.h>

#include "decode/names.h"
#include "decode/render.h"

void
path_element_of_syscall(struct path_element *element, const struct event_syscall *syscall)
{
	*element = (struct path_element){.nr = syscall->nr,
					 .is_creation = true,
					 .returned = syscall->returned,
					 .injected = syscall->injected,
					 .result = syscall->result,
					 .within = LIBC_CALL_COUNT};
	element->request_known = creation_of_syscall(&element->request, syscall);
}

void
path_element_of_path_syscall(struct path_element *element, const struct event_path_syscall *syscall)
{
	*element = (struct path_element){
		.nr = syscall->nr, .returned = syscall->returned, .result = syscall->result, .within = LIBC_CALL_COUNT};
	memcpy(element->args, syscall->args, sizeof(element->args));
}

bool
path_element_made_task(const struct path_element *element)
{
	return element->is_creation && element->returned && !element->injected && element->result > 0;
}

static bool
has_failed(const struct path_element *element)
{
	return element->returned && element->result < 0 && element->result >= -4095;
}

/* One that creates nothing is told apart by what it asks for. */
static void
out_name(struct out *out, const struct path_element *element)
{
	struct event_path_syscall syscall = {.nr = element->nr};
	const char *name = names_syscall(element->nr);

	if (name != NULL) {
		out_string(out, name);
	} else {
		out_string(out, "syscall_");
		out_hex(out, element->nr);
	}
	if (element->is_creation)
		return;
	memcpy(syscall.args, element->args, sizeof(syscall.args));
	render_path_request(out, &syscall);
}

static void
out_failure(struct out *out, const struct path_element *element)
{
	const char *name;

	if (!element->returned)
		out_string(out, " = ?");
	if (!has_failed(element))
		return;
	name = names_errno((int)-element->result);
	out_string(out, " = ");
	if (name != NULL)
		out_string(out, name);
	else
		out_signed(out, element->result);
	out_string(out, element->injected ? " (injected)" : "");
}

void
path_element_out_label(struct out *out, const struct path_element *element)
{
	out_name(out, element);
	out_failure(out, element);
}

const char *
path_stack_origin(enum stack_origin origin)
{
	switch (origin) {
	case STACK_LIBC:
		return "libc's";
	case STACK_USER:
		return "the program's";
	case STACK_SHARED:
		return "the caller's own";
	case STACK_COPY:
		return "a copy of the caller's";
	default:
		return "not observed";
	}
}

/* Of a call that asked in vain it was not looked whose stack it would have been. */
static void
out_stack(struct out *out, const struct path_element *element)
{
	if (element->request.stack == 0)
		return;
	if (!path_element_made_task(element) || (element->origin != STACK_LIBC && element->origin != STACK_USER))
		out_string(out, ", a stack");
	else
		out_string(out, element->origin == STACK_LIBC ? ", stack by libc" : ", stack by the program");
}

/* The flags and the exit signal, as clone(2) has them in one argument. fork and vfork ask for nothing. */
static void
out_request(struct out *out, const struct path_element *element)
{
	const struct creation *request = &element->request;

	if (element->nr != SYS_clone && element->nr != SYS_clone3)
		return;
	out_char(out, '(');
	if (!element->request_known) {
		out_string(out, "not observed)");
		return;
	}
	if (request->flags != 0 || request->exit_signal == 0)
		names_out_clone_flags(out, request->flags, element->nr == SYS_clone3);
	if (request->exit_signal != 0) {
		out_string(out, request->flags != 0 ? "|" : "");
		names_out_signal(out, request->exit_signal);
	}
	out_stack(out, element);
	out_char(out, ')');
}

void
path_element_out(struct out *out, const struct path_element *element)
{
	if (element->within < LIBC_CALL_COUNT) {
		out_string(out, libc_call_info(element->within)->name);
		out_string(out, "()→");
	}
	out_name(out, element);
	if (element->is_creation)
		out_request(out, element);
	out_failure(out, element);
}

static void
out_times(struct out *out, unsigned times)
{
	if (times < 2)
		return;
	out_string(out, " ×");
	out_unsigned(out, times);
}

/* Two of them are the same when they read the same. */
static bool
are_same(const struct path_element *left, const struct path_element *right)
{
	char left_text[PATH_LABEL_MAX * 4], right_text[PATH_LABEL_MAX * 4];
	struct out l, r;

	out_init(&l, left_text, sizeof(left_text));
	out_init(&r, right_text, sizeof(right_text));
	path_element_out(&l, left);
	path_element_out(&r, right);
	return l.length == r.length && memcmp(left_text, right_text, l.length) == 0;
}

void
path_signature_out(struct out *out, const char *name, const struct path_element *path, size_t count)
{
	out_string(out, name);
	out_char(out, ':');
	for (size_t i = 0; i < count;) {
		size_t end = i + 1;

		while (end < count && are_same(&path[i], &path[end]))
			end++;
		out_char(out, ' ');
		path_element_out(out, &path[i]);
		out_times(out, (unsigned)(end - i));
		i = end;
	}
}
