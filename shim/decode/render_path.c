/*
 * render_path.c: the system calls of a libc call's path, in the notation of strace 6.1 as far as their arguments are known by name
 * (path_syscall.h). Memory that is not kept is shown by its address, as `strace -e raw` would.
 *
 * Runs on the hot path inside the traced program and in the readers; calls only this folder.
 */
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/prctl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <time.h>

#include "decode/names.h"
#include "decode/path_syscall.h"
#include "decode/render.h"
#include "decode/render_text.h"

enum {
	ERROR_MAX = 4095, /* MAX_ERRNO: results from -4095 to -1 are errors */
	SIGNALS = 64,
	SIGNALS_FEW = SIGNALS * 2 / 3 - 1, /* of more strace shows which are not in the set */
};

struct named_value {
	uint64_t value;
	char name[28];
};

#define VALUE(name)         \
	{                   \
		name, #name \
	}

static const struct named_value mask_hows[] = {VALUE(SIG_BLOCK), VALUE(SIG_UNBLOCK), VALUE(SIG_SETMASK), {0, ""}};
static const struct named_value clocks[] = {VALUE(CLOCK_REALTIME), VALUE(CLOCK_MONOTONIC), {0, ""}};
static const struct named_value advices[] = {
	VALUE(MADV_NORMAL),   VALUE(MADV_DONTNEED), VALUE(MADV_FREE),       VALUE(MADV_WIPEONFORK),
	VALUE(MADV_DONTFORK), VALUE(MADV_HUGEPAGE), VALUE(MADV_NOHUGEPAGE), {0, ""}};
static const struct named_value prctl_options[] = {
	VALUE(PR_SET_NAME), VALUE(PR_GET_NAME), VALUE(PR_SET_PDEATHSIG), VALUE(PR_SET_VMA), {0, ""}};
static const struct named_value fcntl_commands[] = {VALUE(F_DUPFD), VALUE(F_GETFD), VALUE(F_SETFD),
						    VALUE(F_GETFL), VALUE(F_SETFL), {1030, "F_DUPFD_CLOEXEC"},
						    {0, ""}};
static const struct named_value futex_operations[] = {
	VALUE(FUTEX_WAIT),        VALUE(FUTEX_WAKE),        VALUE(FUTEX_REQUEUE),   VALUE(FUTEX_CMP_REQUEUE),
	VALUE(FUTEX_WAKE_OP),     VALUE(FUTEX_LOCK_PI),     VALUE(FUTEX_UNLOCK_PI), VALUE(FUTEX_TRYLOCK_PI),
	VALUE(FUTEX_WAIT_BITSET), VALUE(FUTEX_WAKE_BITSET), VALUE(FUTEX_LOCK_PI2),  {0, ""}};

static const struct named_value protections[] = {VALUE(PROT_READ),      VALUE(PROT_WRITE),   VALUE(PROT_EXEC),
						 VALUE(PROT_GROWSDOWN), VALUE(PROT_GROWSUP), {0, ""}};
static const struct named_value map_flags[] = {VALUE(MAP_FIXED),     VALUE(MAP_ANONYMOUS),       VALUE(MAP_NORESERVE),
					       VALUE(MAP_POPULATE),  VALUE(MAP_NONBLOCK),        VALUE(MAP_STACK),
					       VALUE(MAP_GROWSDOWN), VALUE(MAP_DENYWRITE),       VALUE(MAP_LOCKED),
					       VALUE(MAP_HUGETLB),   VALUE(MAP_FIXED_NOREPLACE), {0, ""}};
static const struct named_value open_flags[] = {
	VALUE(O_CREAT),   VALUE(O_EXCL),      VALUE(O_NOCTTY),   VALUE(O_TRUNC),  VALUE(O_APPEND), VALUE(O_NONBLOCK),
	VALUE(O_CLOEXEC), VALUE(O_DIRECTORY), VALUE(O_NOFOLLOW), VALUE(O_DIRECT), {0, ""}};
static const struct named_value wait_options[] = {VALUE(WNOHANG),
						  VALUE(WUNTRACED),
						  VALUE(WCONTINUED),
						  {0x20000000, "__WNOTHREAD"},
						  {0x40000000, "__WALL"},
						  {0x80000000, "__WCLONE"},
						  {0, ""}};
static const struct named_value random_flags[] = {
	VALUE(GRND_NONBLOCK), VALUE(GRND_RANDOM), {4, "GRND_INSECURE"}, {0, ""}};
/* In the order of the kernel's values, as strace prints them. */
static const struct named_value action_flags[] = {{0x04000000, "SA_RESTORER"},
						  VALUE(SA_ONSTACK),
						  VALUE(SA_RESTART),
						  {0x40000000, "SA_NODEFER"},
						  {0x80000000, "SA_RESETHAND"},
						  VALUE(SA_SIGINFO),
						  VALUE(SA_NOCLDSTOP),
						  VALUE(SA_NOCLDWAIT),
						  {0, ""}};

static const char *
find_name(const struct named_value *values, uint64_t value)
{
	for (; *values->name; values++) {
		if (values->value == value)
			return values->name;
	}
	return NULL;
}

static void
out_value(struct out *out, const struct named_value *values, uint64_t value)
{
	const char *name = find_name(values, value);
	if (name)
		out_string(out, name);
	else
		out_hex(out, value);
}

/* "A|B", bits without a name behind them as one number. `none` is what 0 is called. */
static void
out_flags(struct out *out, const struct named_value *flags, uint64_t value, const char *none)
{
	bool any = false;
	for (; *flags->name; flags++) {
		if (!(value & flags->value))
			continue;
		out_string(out, any ? "|" : "");
		out_string(out, flags->name);
		value &= ~flags->value;
		any = true;
	}
	if (value) {
		out_string(out, any ? "|" : "");
		out_hex(out, value);
	} else if (!any) {
		out_string(out, none);
	}
}

/* The two lowest bits are one value. */
static void
out_map_flags(struct out *out, uint64_t value)
{
	static const char kinds[][20] = {"0", "MAP_SHARED", "MAP_PRIVATE", "MAP_SHARED_VALIDATE"};
	out_string(out, kinds[value & 3]);
	if (value & ~UINT64_C(3)) {
		out_char(out, '|');
		out_flags(out, map_flags, value & ~UINT64_C(3), "");
	}
}

/* So are they here. */
static void
out_open_flags(struct out *out, uint64_t value)
{
	static const char accesses[][12] = {"O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE"};
	out_string(out, accesses[value & 3]);
	if (value & ~UINT64_C(3)) {
		out_char(out, '|');
		out_flags(out, open_flags, value & ~UINT64_C(3), "");
	}
}

static unsigned
count_bits(uint64_t set)
{
	unsigned count = 0;
	for (; set; set &= set - 1)
		count++;
	return count;
}

/* A signal's name without "SIG". */
static void
out_short_signal(struct out *out, unsigned signal)
{
	char memory[48];
	struct out name;
	out_init(&name, memory, sizeof memory);
	names_out_signal(&name, signal);
	out_bytes(out, memory + 3, name.length - 3);
}

/* "[INT QUIT]", "~[RTMIN RT_1]" */
static void
out_signal_set(struct out *out, uint64_t set)
{
	bool any = false;
	if (count_bits(set) > SIGNALS_FEW) {
		out_char(out, '~');
		set = ~set;
	}
	out_char(out, '[');
	for (unsigned signal = 1; signal <= SIGNALS; signal++) {
		if (!(set >> (signal - 1) & 1))
			continue;
		out_string(out, any ? " " : "");
		out_short_signal(out, signal);
		any = true;
	}
	out_char(out, ']');
}

/* struct sigaction, as the kernel has it: handler, flags, restorer, mask. */
static void
out_signal_action(struct out *out, const uint64_t *words)
{
	uint64_t restorer_flag = action_flags[0].value;

	out_string(out, "{sa_handler=");
	if (words[0] == (uint64_t)SIG_DFL)
		out_string(out, "SIG_DFL");
	else if (words[0] == (uint64_t)SIG_IGN)
		out_string(out, "SIG_IGN");
	else
		out_hex(out, words[0]);
	out_string(out, ", sa_mask=");
	out_signal_set(out, words[3]);
	out_string(out, ", sa_flags=");
	out_flags(out, action_flags, words[1], "0");
	if (words[1] & restorer_flag) {
		out_string(out, ", sa_restorer=");
		out_hex(out, words[2]);
	}
	out_char(out, '}');
}

static void
out_descriptors(struct out *out, uint64_t word)
{
	out_char(out, '[');
	out_signed(out, (int32_t)word);
	out_string(out, ", ");
	out_signed(out, (int32_t)(word >> 32));
	out_char(out, ']');
}

static void
out_wait_status(struct out *out, int status)
{
	if (WIFEXITED(status)) {
		out_string(out, "[{WIFEXITED(s) && WEXITSTATUS(s) == ");
		out_signed(out, WEXITSTATUS(status));
		out_string(out, "}]");
	} else if (WIFSIGNALED(status)) {
		out_string(out, "[{WIFSIGNALED(s) && WTERMSIG(s) == ");
		names_out_signal(out, (uint64_t)WTERMSIG(status));
		out_string(out, WCOREDUMP(status) ? " && WCOREDUMP(s)}]" : "}]");
	} else {
		out_char(out, '[');
		out_hex(out, (uint32_t)status);
		out_char(out, ']');
	}
}

static void
out_futex_operation(struct out *out, uint64_t operation)
{
	uint64_t command = operation & FUTEX_CMD_MASK;
	const char *name = find_name(futex_operations, (uint32_t)command);
	if (!name) {
		out_hex(out, operation);
		return;
	}
	out_string(out, name);
	out_string(out, operation & FUTEX_PRIVATE_FLAG ? "_PRIVATE" : "");
	out_string(out, operation & FUTEX_CLOCK_REALTIME ? "|FUTEX_CLOCK_REALTIME" : "");
}

/* What is behind the pointer, or the pointer. */
static void
out_memory(struct out *out, const struct event_path_memory *memory, uint64_t address, enum path_argument kind)
{
	if (!memory->is_observed) {
		out_pointer(out, address);
		return;
	}
	switch (kind) {
	case PATH_SET_READ:
	case PATH_SET_WRITTEN:
		out_signal_set(out, memory->words[0]);
		break;
	case PATH_ACTION_READ:
	case PATH_ACTION_WRITTEN:
		out_signal_action(out, memory->words);
		break;
	case PATH_FDS_WRITTEN:
		out_descriptors(out, memory->words[0]);
		break;
	default:
		out_wait_status(out, (int)(uint32_t)memory->words[0]);
		break;
	}
}

static void
out_descriptor(struct out *out, uint64_t word)
{
	if ((int32_t)word == AT_FDCWD)
		out_string(out, "AT_FDCWD");
	else
		out_signed(out, (int32_t)word);
}

static void
out_octal(struct out *out, uint64_t value)
{
	char digits[24];
	size_t count = 0;
	do
		digits[count++] = (char)('0' + (value & 7));
	while (value >>= 3);
	out_char(out, '0');
	while (count)
		out_char(out, digits[--count]);
}

static void
out_argument(struct out *out, const struct event_path_syscall *event, enum path_argument kind, uint64_t word)
{
	switch (kind) {
	case PATH_NONE:
		break;
	case PATH_INT:
		out_signed(out, (int32_t)word);
		break;
	case PATH_UNSIGNED:
		out_unsigned(out, word);
		break;
	case PATH_POINTER:
		out_pointer(out, word);
		break;
	case PATH_HEX:
		if (word)
			out_hex(out, word);
		else
			out_char(out, '0');
		break;
	case PATH_OCTAL:
		out_octal(out, (uint32_t)word);
		break;
	case PATH_FD:
		out_descriptor(out, word);
		break;
	case PATH_SIGNAL:
		names_out_signal(out, (uint32_t)word);
		break;
	case PATH_MASK_HOW:
		out_value(out, mask_hows, (uint32_t)word);
		break;
	case PATH_SET_READ:
	case PATH_ACTION_READ:
		out_memory(out, &event->before, word, kind);
		break;
	case PATH_SET_WRITTEN:
	case PATH_ACTION_WRITTEN:
	case PATH_FDS_WRITTEN:
	case PATH_STATUS_WRITTEN:
		out_memory(out, &event->after, word, kind);
		break;
	case PATH_WAIT_OPTIONS:
		out_flags(out, wait_options, (uint32_t)word, "0");
		break;
	case PATH_PROTECTION:
		out_flags(out, protections, word, "PROT_NONE");
		break;
	case PATH_MAP_FLAGS:
		out_map_flags(out, word);
		break;
	case PATH_OPEN_FLAGS:
		out_open_flags(out, (uint32_t)word);
		break;
	case PATH_DESCRIPTOR_FLAGS:
		out_flags(out, open_flags, (uint32_t)word, "0");
		break;
	case PATH_ADVICE:
		out_value(out, advices, (uint32_t)word);
		break;
	case PATH_FUTEX_OPERATION:
		out_futex_operation(out, (uint32_t)word);
		break;
	case PATH_PRCTL_OPTION:
		out_value(out, prctl_options, (uint32_t)word);
		break;
	case PATH_RANDOM_FLAGS:
		out_flags(out, random_flags, (uint32_t)word, "0");
		break;
	case PATH_CLOCK:
		out_value(out, clocks, (uint32_t)word);
		break;
	case PATH_FCNTL_COMMAND:
		out_value(out, fcntl_commands, (uint32_t)word);
		break;
	}
}

/* How many arguments there are. Some system calls have more or fewer for what the second one asks for. */
static unsigned
count_arguments(const struct event_path_syscall *event, const struct path_syscall *syscall)
{
	unsigned count = 0;
	while (count < 6 && syscall->arguments[count] != PATH_NONE)
		count++;
	if (syscall->arguments[1] == PATH_FUTEX_OPERATION) {
		uint64_t command = event->args[1] & FUTEX_CMD_MASK;
		return command == FUTEX_WAIT ? 4 : command == FUTEX_WAKE ? 3 : count;
	}
	if (syscall->arguments[1] == PATH_FCNTL_COMMAND)
		return event->args[1] == F_GETFD || event->args[1] == F_GETFL ? 2 : 3;
	return count;
}

static void
out_arguments(struct out *out, const struct event_path_syscall *event, const struct path_syscall *syscall)
{
	unsigned count = syscall ? count_arguments(event, syscall) : 6;
	for (unsigned i = 0; i < count; i++) {
		out_string(out, i ? ", " : "");
		out_argument(out, event, syscall ? (enum path_argument)syscall->arguments[i] : PATH_HEX,
			     event->args[i]);
	}
}

static void
out_result(struct out *out, const struct event_path_syscall *event, bool is_pointer)
{
	if (!event->returned) {
		out_char(out, '?');
	} else if (event->result < 0 && event->result >= -ERROR_MAX) {
		out_string(out, "-1 ");
		names_out_errno(out, (int)-event->result);
	} else if (is_pointer) {
		out_hex(out, (uint64_t)event->result);
	} else {
		out_signed(out, event->result);
	}
}

void
render_path_syscall(struct out *out, const struct event_path_syscall *event)
{
	const struct path_syscall *syscall = path_syscall_find(event->nr);
	const char *name = names_syscall(event->nr);

	if (name) {
		out_string(out, name);
	} else {
		out_string(out, "syscall_"); /* as strace names a number that it does not know */
		out_hex(out, event->nr);
	}
	out_char(out, '(');
	out_arguments(out, event, syscall);
	out_string(out, ") = ");
	out_result(out, event, syscall && syscall->result_is_pointer);
}

void
render_text_path_syscall(struct out *out, const struct event_path_syscall *event)
{
	render_text_tag(out, &event->head, 0);
	render_path_syscall(out, event);
}

/* Arguments that ask for something and are no addresses, numbers or descriptors. */
static bool
is_request(enum path_argument kind)
{
	switch (kind) {
	case PATH_SIGNAL:
	case PATH_MASK_HOW:
	case PATH_WAIT_OPTIONS:
	case PATH_PROTECTION:
	case PATH_MAP_FLAGS:
	case PATH_OPEN_FLAGS:
	case PATH_DESCRIPTOR_FLAGS:
	case PATH_ADVICE:
	case PATH_FUTEX_OPERATION:
	case PATH_PRCTL_OPTION:
	case PATH_RANDOM_FLAGS:
	case PATH_CLOCK:
	case PATH_FCNTL_COMMAND:
		return true;
	default:
		return false;
	}
}

/* What does not ask for a change says nothing: rt_sigprocmask(2), `set` NULL; and what every allocation has. */
static bool
is_idle(const struct event_path_syscall *event, enum path_argument kind, uint64_t word)
{
	if (kind == PATH_MASK_HOW)
		return event->args[1] == 0;
	if (kind == PATH_MAP_FLAGS)
		return word == (MAP_PRIVATE | MAP_ANONYMOUS);
	return word == 0 && (kind == PATH_WAIT_OPTIONS || kind == PATH_DESCRIPTOR_FLAGS || kind == PATH_RANDOM_FLAGS);
}

void
render_path_request(struct out *out, const struct event_path_syscall *event)
{
	const struct path_syscall *syscall = path_syscall_find(event->nr);
	unsigned count = syscall ? count_arguments(event, syscall) : 0;
	bool any = false;

	for (unsigned i = 0; i < count; i++) {
		enum path_argument kind = (enum path_argument)syscall->arguments[i];

		if (!is_request(kind) || is_idle(event, kind, event->args[i]))
			continue;
		out_string(out, any ? ", " : "(");
		out_argument(out, event, kind, event->args[i]);
		any = true;
	}
	out_string(out, any ? ")" : "");
}
