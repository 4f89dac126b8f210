/* trace_cut.c: a trace that somebody cuts short while it is read: the reader lives on, shows what was there, and says what is not. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/trace_events.h"
#include "harness/trace_maker.h"

enum { CALLS = 2000, EVENTS = 1 + 2 * CALLS };

/* Reads up to `most` events, of which `*count` have been read already: each is what trace_maker has put there. */
static void
read_events(struct trace_events *events, size_t most, size_t *count)
{
	struct trace_event event;

	while (*count < most && trace_events_next(events, &event)) {
		uint64_t id = (*count + 1) / 2;

		if (*count == 0)
			cr_assert_eq(event.kind, CLONESHIM_TRACE_PROCESS);
		else if (*count % 2 == 1)
			cr_assert(event.kind == CLONESHIM_TRACE_CALL_BEGIN && event.as.begin.head.call_id == id,
				  "event %zu: kind %d", *count, event.kind);
		else
			cr_assert(event.kind == CLONESHIM_TRACE_CALL_END && event.as.end.head.call_id == id &&
					  event.as.end.child == 101,
				  "event %zu: kind %d", *count, event.kind);
		++*count;
	}
}

static struct trace_maker
make_trace(void)
{
	struct trace_maker maker = trace_maker_new(16 * CALLS);
	uint64_t memory = trace_maker_add_process(&maker);

	for (uint64_t id = 1; id <= CALLS; id++) {
		trace_maker_add_begin(&maker, memory, id);
		trace_maker_add_end(&maker, memory, id);
	}
	return maker;
}

/* Of a file that had this length from the beginning. */
static size_t
read_cut(const struct trace_maker *maker, size_t length, struct trace_damage *damage)
{
	char why[128];
	struct trace_events *events = trace_events_open_memory(maker->bytes, length, why, sizeof(why));
	size_t count = 0;

	*damage = (struct trace_damage){.missing = ((const struct cloneshim_trace_header *)(void *)maker->bytes)->next};
	if (events == NULL)
		return 0;
	read_events(events, EVENTS, &count);
	trace_events_damage(events, damage);
	trace_events_close(events);
	return count;
}

static void
expect_missing(struct trace_events *events, uint64_t missing, size_t before, size_t length)
{
	struct trace_damage damage;

	trace_events_damage(events, &damage);
	cr_expect_eq(damage.missing, missing, "%zu events, then %zu bytes: %lu missing, %lu expected", before, length,
		     damage.missing, missing);
	cr_expect_eq(damage.unfinished + damage.damaged + damage.lost, 0, "%zu events, then %zu bytes: %lu, %lu, %lu",
		     before, length, damage.unfinished, damage.damaged, damage.lost);
	cr_expect_not(damage.header);
}

/* Cuts it to `length` bytes when `before` events have been read. The second reading finds what a file of that length has. */
static void
cut_after(const struct trace_maker *maker, size_t before, size_t length)
{
	char path[] = "/tmp/cloneshim_trace_cut_XXXXXX", why[128];
	int fd = mkstemp(path);
	struct trace_damage damage;
	struct trace_events *events;
	size_t there = read_cut(maker, length, &damage), count = 0;

	cr_assert_geq(fd, 0);
	cr_assert_eq(trace_maker_write(maker, path), 0);
	events = trace_events_open(path, why, sizeof(why));
	cr_assert_not_null(events, "%s", why);
	read_events(events, before, &count);
	cr_assert_eq(ftruncate(fd, (off_t)length), 0);
	read_events(events, EVENTS + 1, &count);
	cr_expect_eq(count, there > before ? there : before, "%zu events, then %zu bytes: %zu events, %zu are there",
		     before, length, count, there);
	if (there > before)
		expect_missing(events, damage.missing, before, length);
	trace_events_rewind(events);
	count = 0;
	read_events(events, EVENTS + 1, &count);
	cr_expect_eq(count, there, "%zu events, then %zu bytes: %zu events again, %zu are there", before, length, count,
		     there);
	expect_missing(events, damage.missing, before, length);
	trace_events_close(events);
	unlink(path);
	close(fd);
}

Test(trace_cut, while_it_is_read, .timeout = 60)
{
	static const size_t befores[] = {0, 1, 10, 400, EVENTS - 1, EVENTS};
	static const size_t pages[] = {1, 2, 3, 16, 17, 60};
	struct trace_maker maker = make_trace();

	for (size_t i = 0; i < sizeof(befores) / sizeof(befores[0]); i++) {
		cut_after(&maker, befores[i], 0);
		cut_after(&maker, befores[i], 100);
		cut_after(&maker, befores[i], 4095);
		for (size_t page = 0; page < sizeof(pages) / sizeof(pages[0]); page++)
			for (size_t slot = 0; slot < 12; slot++) {
				cut_after(&maker, befores[i], pages[page] * 4096 + slot * 64);
				cut_after(&maker, befores[i], pages[page] * 4096 + slot * 64 + 30);
			}
	}
	trace_maker_free(&maker);
}

/* Whoever cuts a trace and writes on leaves zeros where something was: they are no events, and stand for nothing. */
Test(trace_cut, and_grows_again, .timeout = 20)
{
	struct trace_maker maker = make_trace();
	char path[] = "/tmp/cloneshim_trace_cut_XXXXXX", why[128];
	int fd = mkstemp(path);
	struct trace_damage damage;
	struct trace_events *events;
	size_t count = 0;

	cr_assert_geq(fd, 0);
	cr_assert_eq(trace_maker_write(&maker, path), 0);
	events = trace_events_open(path, why, sizeof(why));
	cr_assert_not_null(events, "%s", why);
	read_events(events, 10, &count);
	cr_assert_eq(ftruncate(fd, 8192), 0);
	cr_assert_eq(ftruncate(fd, (off_t)maker.length), 0);
	read_events(events, EVENTS + 1, &count);
	trace_events_damage(events, &damage);
	cr_expect_lt(count, (size_t)EVENTS);
	cr_expect_gt(damage.unfinished + damage.missing, 0u);
	trace_events_close(events);
	unlink(path);
	close(fd);
	trace_maker_free(&maker);
}
