/* summary.c: traces that are hard to come by, put together by hand, and what they add up to. */
#include "cli/summary.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(summary, .timeout = 30);

#define SLOTS 256

/* A trace in memory, whose calls have the numbers of this cloneshim. */
struct image {
	union {
		struct cloneshim_trace_header header;
		char page[CLONESHIM_TRACE_HEADER_SIZE];
	};
	struct cloneshim_trace_slot slots[SLOTS];
};

static struct image *
image_new(void)
{
	struct image *image = calloc(1, sizeof(*image));

	memcpy(image->header.magic, CLONESHIM_TRACE_MAGIC, sizeof(image->header.magic));
	image->header.byte_order = CLONESHIM_TRACE_BYTE_ORDER;
	image->header.version = CLONESHIM_TRACE_VERSION;
	image->header.header_size = CLONESHIM_TRACE_HEADER_SIZE;
	image->header.slot_size = CLONESHIM_TRACE_SLOT_SIZE;
	image->header.slot_count = SLOTS;
	image->header.call_count = LIBC_CALL_COUNT;
	for (uint32_t i = 0; i < LIBC_CALL_COUNT; i++)
		memcpy(image->header.calls[i], libc_call_info((enum libc_call)i)->name, sizeof(image->header.calls[i]));
	return image;
}

/* Appends a record without strings, in as many slots as it needs. */
static void
put(struct image *image, enum cloneshim_trace_kind kind, void *fixed, size_t length)
{
	uint64_t at = image->header.next,
		 slots = (length + CLONESHIM_TRACE_PAYLOAD_SIZE - 1) / CLONESHIM_TRACE_PAYLOAD_SIZE;

	cr_assert_leq(at + slots, SLOTS);
	((struct cloneshim_trace_record *)fixed)->fixed = (uint16_t)length;
	for (uint64_t i = 0; i < slots; i++) {
		size_t done = i * CLONESHIM_TRACE_PAYLOAD_SIZE, left = length - done;

		image->slots[at + i].head =
			i == 0 ? (struct cloneshim_trace_slot_head){CLONESHIM_TRACE_FIRST, (uint8_t)kind,
								    (uint16_t)slots, (uint32_t)length}
			       : (struct cloneshim_trace_slot_head){CLONESHIM_TRACE_CONTINUATION, 0, (uint16_t)i, 0};
		memcpy(image->slots[at + i].payload, (uint8_t *)fixed + done,
		       left < CLONESHIM_TRACE_PAYLOAD_SIZE ? left : CLONESHIM_TRACE_PAYLOAD_SIZE);
	}
	image->header.next += slots;
}

static struct cloneshim_trace_record
in(int32_t pid, uint64_t call_id, uint32_t depth)
{
	return (struct cloneshim_trace_record){.depth = depth, .pid = pid, .tid = pid, .call_id = call_id};
}

static void
begin(struct image *image, struct cloneshim_trace_record record, enum libc_call call)
{
	struct cloneshim_trace_call_begin fixed = {.record = record, .time_ns = 100, .call = call};

	put(image, CLONESHIM_TRACE_CALL_BEGIN, &fixed, sizeof(fixed));
}

static void
syscall_made(struct image *image, struct cloneshim_trace_record record, uint32_t nr, int64_t result)
{
	struct cloneshim_trace_syscall fixed = {.record = record,
						.start_ns = 110,
						.duration_ns = 20,
						.nr = nr,
						.result = result,
						.flags = CLONESHIM_TRACE_SYSCALL_RETURNED |
							 CLONESHIM_TRACE_SYSCALL_DURATION};

	put(image, CLONESHIM_TRACE_SYSCALL, &fixed, sizeof(fixed));
}

/* On a stack of 1000 bytes that libc mapped, after 50 ns. */
static struct cloneshim_trace_call_end
ended(struct cloneshim_trace_record record, enum libc_call call, int64_t result)
{
	return (struct cloneshim_trace_call_end){.record = record,
						 .start_ns = 100,
						 .duration_ns = 50,
						 .result = result,
						 .call = call,
						 .flags = CLONESHIM_TRACE_END_RESULT | CLONESHIM_TRACE_END_DURATION |
							  CLONESHIM_TRACE_END_SYSCALL | CLONESHIM_TRACE_END_STACK_BASE,
						 .stack_size = 1000,
						 .stack_origin = STACK_LIBC};
}

static void
end(struct image *image, struct cloneshim_trace_call_end fixed)
{
	put(image, CLONESHIM_TRACE_CALL_END, &fixed, sizeof(fixed));
}

/* The summary of an image, and what it points into. */
struct added_up {
	struct image *image;
	struct trace_events *events;
	struct summary *summary;
};

static struct added_up
add_up(struct image *image)
{
	struct added_up result = {.image = image};
	char why[128];

	result.events = trace_events_open_memory(image, sizeof(*image), why, sizeof(why));
	cr_assert_not_null(result.events);
	result.summary = summary_read(result.events, SUMMARY_BY_API, NULL, NULL);
	cr_assert_not_null(result.summary);
	summary_sort(result.summary, SUMMARY_ORDER_NAME);
	return result;
}

static void
done(struct added_up *result)
{
	summary_free(result->summary);
	trace_events_close(result->events);
	free(result->image);
}

static void
expect_row(const struct summary *summary, size_t number, const char *label, uint64_t calls, uint64_t syscalls)
{
	char *given;

	cr_assert_lt(number, summary->row_count, "no row %zu: \"%s\"", number, label);
	given = summary_row_label(summary->rows[number]);
	cr_expect_str_eq(given, label);
	cr_expect_eq(summary->rows[number]->figures.calls, calls, "%s", label);
	cr_expect_eq(summary->rows[number]->figures.syscalls, syscalls, "%s", label);
	free(given);
}

/* glibc 2.31: pthread_create calls clone, which is intercepted as well. */
Test(summary, call_of_libc_inside_of_another)
{
	struct image *image = image_new();
	struct added_up result;

	begin(image, in(7, 1, 0), CALL_PTHREAD_CREATE);
	begin(image, in(7, 2, 1), CALL_CLONE);
	syscall_made(image, in(7, 2, 2), 56, 8);
	end(image, ended(in(7, 2, 1), CALL_CLONE, 8));
	end(image, ended(in(7, 1, 0), CALL_PTHREAD_CREATE, 0));
	result = add_up(image);
	cr_expect_eq(result.summary->row_count, 2);
	expect_row(result.summary, 0, "clone → clone", 1, 1);
	expect_row(result.summary, 1, "pthread_create → clone()", 1, 0);
	cr_expect_eq(result.summary->total.calls, 1);
	cr_expect_eq(result.summary->total.syscalls, 1);
	cr_expect_eq(result.summary->total.in_call.sum_ns, 50);
	cr_expect_eq(result.summary->total.stack_bytes, 1000);
	done(&result);
}

/* A handler's fork is not what pthread_create became. */
Test(summary, call_of_a_handler_inside_of_another)
{
	struct image *image = image_new();
	struct added_up result;

	begin(image, in(7, 1, 0), CALL_PTHREAD_CREATE);
	begin(image, in(7, 2, 1), CALL_FORK);
	syscall_made(image, in(7, 2, 2), 56, 8);
	end(image, ended(in(7, 2, 1), CALL_FORK, 8));
	syscall_made(image, in(7, 1, 1), 435, 9);
	end(image, ended(in(7, 1, 0), CALL_PTHREAD_CREATE, 0));
	result = add_up(image);
	cr_expect_eq(result.summary->row_count, 2);
	expect_row(result.summary, 0, "fork → clone", 1, 1);
	expect_row(result.summary, 1, "pthread_create → clone3", 1, 1);
	done(&result);
}

/* daemon ends in the parent without a result, and in the child with one, in either order: it is one call. */
static void
check_daemon(bool child_first)
{
	struct image *image = image_new();
	struct cloneshim_trace_call_end parent = ended(in(7, 1, 0), CALL_DAEMON, 0),
					child = ended(in(8, 1, 0), CALL_DAEMON, 0);
	struct added_up result;

	parent.flags &= ~CLONESHIM_TRACE_END_RESULT;
	parent.unreturned = UNRETURNED_IN_CHILD;
	child.begun_pid = 7;
	child.begun_as_id = 1;
	child.duration_ns = 70;
	child.record.memory = 3;
	begin(image, in(7, 1, 0), CALL_DAEMON);
	if (child_first)
		end(image, child);
	syscall_made(image, in(7, 1, 1), 56, 8);
	end(image, parent);
	if (!child_first)
		end(image, child);
	result = add_up(image);
	cr_expect_eq(result.summary->row_count, 1);
	expect_row(result.summary, 0, "daemon → clone", 1, 1);
	cr_expect_eq(result.summary->total.in_call.sum_ns, 70);
	cr_expect_eq(result.summary->total.unfinished, 0);
	done(&result);
}

Test(summary, daemon_ends_twice)
{
	check_daemon(false);
	check_daemon(true);
}

/* What is missing in a trace that was full for a while is said, and not made up. */
Test(summary, lost_begins_and_ends)
{
	struct image *image = image_new();
	struct added_up result;

	syscall_made(image, in(7, 1, 1), 58, 8);
	begin(image, in(7, 2, 0), CALL_FORK);
	syscall_made(image, in(7, 3, 1), 435, -11);
	end(image, ended(in(7, 3, 0), CALL_PTHREAD_CREATE, 11));
	end(image, ended(in(7, 4, 0), CALL_VFORK, 0));
	result = add_up(image);
	cr_expect_eq(result.summary->row_count, 4);
	expect_row(result.summary, 0, "(call not in the trace) → vfork", 0, 1);
	expect_row(result.summary, 1, "fork → not observed", 1, 0);
	expect_row(result.summary, 2, "pthread_create → clone3", 1, 1);
	expect_row(result.summary, 3, "vfork → not in the trace", 1, 0);
	cr_expect_str_eq(result.summary->rows[2]->figures.call_errors.each[0].name, "EAGAIN");
	cr_expect_eq(result.summary->rows[1]->figures.unfinished, 1);
	done(&result);
}

/* The same call in two memories, with the same id. */
Test(summary, ids_of_two_memories)
{
	struct image *image = image_new();
	struct cloneshim_trace_record other = in(7, 1, 0);
	struct added_up result;

	other.memory = 5;
	begin(image, in(7, 1, 0), CALL_FORK);
	begin(image, other, CALL_PTHREAD_CREATE);
	syscall_made(image, in(7, 1, 0), 56, 8);
	syscall_made(image, other, 435, 9);
	end(image, ended(in(7, 1, 0), CALL_FORK, 8));
	end(image, ended(other, CALL_PTHREAD_CREATE, 0));
	result = add_up(image);
	cr_expect_eq(result.summary->row_count, 2);
	expect_row(result.summary, 0, "fork → clone", 1, 1);
	expect_row(result.summary, 1, "pthread_create → clone3", 1, 1);
	done(&result);
}
