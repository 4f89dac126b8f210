/* progress.c: see progress.h. */
#include "cli/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum {
	STEPS_BETWEEN = 1024,  /* looks at the clock */
	TIME_BETWEEN_MS = 200, /* lines; the first comes that late, too: short work shows none */
	NS_PER_MS = 1000000,
};

static const struct trace_reader *reader;
static const char *doing;
static unsigned steps;
static int64_t next_ms;
static bool is_on, is_shown;

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / NS_PER_MS;
}

void
progress_start(const char *what, const struct trace_reader *of)
{
	is_on = isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO);
	doing = what;
	reader = of;
	steps = 0;
	next_ms = is_on ? now_ms() + TIME_BETWEEN_MS : 0;
}

void
progress_step(void)
{
	uint64_t slots, position;

	if (!is_on || ++steps % STEPS_BETWEEN != 0 || now_ms() < next_ms)
		return;
	slots = trace_reader_slots(reader);
	position = trace_reader_position(reader);
	fprintf(stderr, "\r%s: %d%%", doing, slots > 0 ? (int)(position * 100 / slots) : 100);
	fflush(stderr);
	is_shown = true;
	next_ms = now_ms() + TIME_BETWEEN_MS;
}

/* ECMA-48, EL: erases to the end of the line. */
void
progress_end(void)
{
	if (is_shown)
		fputs("\r\033[K", stderr);
	is_on = false;
	is_shown = false;
}
