/*
 * call_record.c: the pool of calls under way: who finds a record, and who gives it back. What the pool asks of task.c is answered here.
 */
#include "decode/call_record.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "preload/task.h"

#define POOL_SIZE 1024
#define STACK 0x7000

enum { ME = 100, OTHER = 200, GONE = 300 };

static bool on_signal_stack;
static unsigned lost;

bool
task_is_on_signal_stack(void)
{
	return on_signal_stack;
}

bool
task_is_gone(int32_t tid)
{
	return tid == GONE;
}

void
task_count_lost(void)
{
	lost++;
}

static uint64_t visited[8];
static unsigned visit_count;

static void
visit(struct call_record *record)
{
	visited[visit_count++ % 8] = record->head.call_id;
}

static void
initialize(void)
{
	cr_assert_eq(call_record_init(), 0);
}

static struct call_record *
open_record(int32_t tid, uint64_t call_id, uint64_t stack, enum libc_call call)
{
	struct call_record *record = call_record_claim(tid, stack);
	cr_assert_not_null(record);
	record->head = (struct event_head){.pid = ME, .tid = tid, .call_id = call_id};
	record->call = call;
	call_record_open(record);
	return record;
}

Test(call_record, found_by_task_and_call, .init = initialize, .timeout = 20)
{
	struct call_record *mine = open_record(ME, 1, STACK, CALL_FORK);
	struct call_record *others = open_record(OTHER, 1, STACK, CALL_FORK);
	cr_expect_neq(mine, others);
	cr_expect_null(call_record_take(ME, 2));
	cr_expect_eq(call_record_take(OTHER, 1), others);
	cr_expect_eq(call_record_take(ME, 1), mine);
	cr_expect_null(call_record_take(ME, 1), "what is taken is not found");
	call_record_put_back(mine);
	cr_expect_eq(call_record_take(ME, 1), mine);
	call_record_release(mine);
	cr_expect_null(call_record_take(ME, 1));
}

Test(call_record, not_found_before_it_is_open, .init = initialize, .timeout = 20)
{
	struct call_record *record = call_record_claim(ME, STACK);
	record->head = (struct event_head){.tid = ME, .call_id = 1};
	cr_expect_null(call_record_take(ME, 1));
	call_record_open(record);
	cr_expect_not_null(call_record_take(ME, 1));
}

/* What a longjmp left lies at or below the next call on the stack; what is around the next call lies above. */
Test(call_record, left_ones_are_dropped, .init = initialize, .timeout = 20)
{
	open_record(ME, 1, STACK + 100, CALL_SYSTEM);
	open_record(ME, 2, STACK, CALL_FORK);
	open_record(ME, 3, STACK - 100, CALL_FORK);
	open_record(OTHER, 4, STACK - 100, CALL_FORK);
	call_record_drop_left(ME, STACK, visit);
	cr_expect_eq(visit_count, 2);
	cr_expect(visited[0] == 2 && visited[1] == 3);
	cr_expect_not_null(call_record_take(ME, 1));
	cr_expect_not_null(call_record_take(OTHER, 4));
	cr_expect_null(call_record_take(ME, 2));
}

Test(call_record, nothing_is_told_from_a_signal_stack, .init = initialize, .timeout = 20)
{
	open_record(ME, 1, STACK, CALL_FORK);
	on_signal_stack = true;
	call_record_drop_left(ME, STACK + 100, visit);
	cr_expect_eq(visit_count, 0);
	cr_expect_not_null(call_record_take(ME, 1));
}

/* The handler that leaves by longjmp may have interrupted us. */
Test(call_record, what_was_in_somebodys_hands_is_lost, .init = initialize, .timeout = 20)
{
	call_record_claim(ME, STACK);
	call_record_drop_left(ME, STACK, visit);
	cr_expect_eq(visit_count, 0);
	cr_expect_eq(lost, 1);
	call_record_drop_left(ME, STACK, visit);
	cr_expect_eq(lost, 1);
}

Test(call_record, child_of_vfork_has_left, .init = initialize, .timeout = 20)
{
	open_record(ME, 1, STACK, CALL_VFORK);
	open_record(OTHER, 2, STACK - 100, CALL_FORK);
	open_record(OTHER, 3, STACK - 200, CALL_EXECVE);
	call_record_drop_ended(OTHER, visit);
	cr_expect_eq(visit_count, 1, "an exec that does not end is no surprise");
	cr_expect_eq(visited[0], 2);
	cr_expect_null(call_record_take(OTHER, 3));
	cr_expect_not_null(call_record_take(ME, 1));
}

Test(call_record, full_of_the_dead, .init = initialize, .timeout = 20)
{
	for (uint64_t i = 0; i < POOL_SIZE - 2; i++)
		call_record_claim(ME, STACK);
	open_record(GONE, 1, STACK, CALL_FORK);
	open_record(OTHER, 2, STACK, CALL_EXECVE);
	cr_assert_null(call_record_claim(ME, STACK));
	call_record_drop_gone(ME, visit);
	cr_expect_eq(visit_count, 1);
	cr_expect_eq(visited[0], 1);
	cr_expect_not_null(call_record_claim(ME, STACK));
	cr_expect_not_null(call_record_claim(ME, STACK));
	cr_expect_null(call_record_claim(ME, STACK));
}

/* Told of when the program ended, and once is enough. */
Test(call_record, pending_at_the_end, .init = initialize, .timeout = 20)
{
	open_record(ME, 1, STACK, CALL_FORK);
	open_record(OTHER, 2, STACK, CALL_SYSTEM);
	open_record(OTHER, 3, STACK, CALL_EXECVE);
	call_record_claim(GONE, STACK);
	call_record_claim(ME, STACK);    /* interrupted by a handler that called exit() */
	call_record_claim(OTHER, STACK); /* still at work */
	call_record_drop_pending(ME, visit);
	cr_expect_eq(visit_count, 2);
	cr_expect_eq(lost, 2);
	cr_expect_null(call_record_take(OTHER, 2));
	cr_expect(call_record_was_pending(OTHER, 2));
	cr_expect_not(call_record_was_pending(OTHER, 2));
	cr_expect_not_null(call_record_take(OTHER, 3));
	call_record_drop_pending(ME, visit);
	cr_expect_eq(visit_count, 2);
}

Test(call_record, a_fork_starts_with_none, .init = initialize, .timeout = 20)
{
	int status;
	open_record(ME, 1, STACK, CALL_FORK);
	pid_t child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		bool is_empty = call_record_take(ME, 1) == NULL;
		bool is_usable = call_record_claim(ME, STACK) != NULL;
		_exit(is_empty && is_usable ? 0 : 1);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_expect_eq(status, 0);
	cr_expect_not_null(call_record_take(ME, 1));
}
