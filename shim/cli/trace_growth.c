/* trace_growth.c: see trace_growth.h. */
#include "cli/trace_growth.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/trace_space.h"
#include "decode/trace_header.h"

/* A call's records, of 700 bytes, take two microseconds to write: FREE_MIN lasts a tenth of a second, which a busy machine may take to let us
   look again. FREE_MAX is what a long run is given ahead. */
#define FREE_MIN (UINT64_C(32) << 20)
#define FREE_MAX (UINT64_C(256) << 20)
#define STEP_MIN (UINT64_C(64) << 10)
#define AVAILABLE_SHARE 4 /* of what the disk has left, one part in so many at a time: it is not ours alone */
#define WAIT_BUSY_MS 4
#define WAIT_IDLE_MS 64
#define RETRY_NS UINT64_C(100000000)
#define PAGE ((uint64_t)CLONESHIM_TRACE_HEADER_SIZE)

static uint64_t
now_ns(void)
{
	struct timespec now = {0, 0};

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

void
trace_growth_start(struct trace_growth *growth, struct trace_new *trace)
{
	*growth = (struct trace_growth){.trace = trace, .wait_ms = WAIT_BUSY_MS};
}

/* Bytes that should be free. */
static uint64_t
wanted_free(uint64_t used)
{
	uint64_t wanted = used / 2;

	return wanted < FREE_MIN ? FREE_MIN : wanted > FREE_MAX ? FREE_MAX : wanted;
}

/* What may be taken of the disk at a time. Nothing is taken ahead of the last of it: the program may need it. */
static uint64_t
fair_share(const struct trace_new *trace)
{
	uint64_t share = trace_space_available(trace->fd) / AVAILABLE_SHARE;

	return share < STEP_MIN ? STEP_MIN : share;
}

/* First the file, then the number of slots that says so. Returns 0 or an errno value. */
static int
extend_to(struct trace_new *trace, uint64_t size)
{
	int error = trace_space_allocate(trace->fd, trace->size, size);

	if (error != 0)
		return error;
	trace->size = size;
	__atomic_store_n(&trace->header->slot_count, trace_header_slots(size), __ATOMIC_RELEASE);
	return 0;
}

/* By `step` bytes, or as many as there is room for, down to STEP_MIN. */
static int
extend(struct trace_new *trace, uint64_t step)
{
	uint64_t limit = trace_space_file_limit();
	uint64_t most = trace->header->map_size < limit ? trace->header->map_size : limit;
	int error;

	if (most < trace->size || most - trace->size < STEP_MIN)
		return EFBIG;
	if (step > most - trace->size)
		step = most - trace->size;
	for (;; step /= 2) {
		if (step < STEP_MIN)
			step = STEP_MIN;
		error = extend_to(trace, trace->size + (step & ~(PAGE - 1)));
		if (error == 0 || step == STEP_MIN)
			return error;
	}
}

static void
explain(const struct trace_growth *growth, int error, char *why, size_t size)
{
	const char *reason = strerror(error);

	if (error == EFBIG)
		reason = trace_space_file_limit() < growth->trace->header->map_size ? "RLIMIT_FSIZE is reached"
										    : "it is as large as can be mapped";
	snprintf(why, size, "cannot grow beyond %llu bytes (%s): events that find no room there are counted as lost",
		 (unsigned long long)growth->trace->size, reason);
}

/* What failed is tried again after a while: somebody may have made room. It is told when it begins to matter. */
static void
keep_ahead(struct trace_growth *growth, char *why, size_t size)
{
	uint64_t used = growth->next * CLONESHIM_TRACE_SLOT_SIZE + CLONESHIM_TRACE_HEADER_SIZE;
	uint64_t wanted = wanted_free(used), left = growth->trace->size - used, share;
	int error;

	if (left >= wanted || (growth->retry_ns != 0 && now_ns() < growth->retry_ns))
		return;
	share = fair_share(growth->trace);
	if (left >= share)
		return;
	error = extend(growth->trace, 2 * wanted - left < share ? 2 * wanted - left : share);
	growth->retry_ns = error != 0 ? now_ns() + RETRY_NS : 0;
	if (error == 0 || left >= STEP_MIN || growth->has_told)
		return;
	growth->has_told = true;
	explain(growth, error, why, size);
}

int
trace_growth_look(struct trace_growth *growth, char *why, size_t size)
{
	uint64_t next = __atomic_load_n(&growth->trace->header->next, __ATOMIC_RELAXED);

	why[0] = '\0';
	if (next != growth->next)
		growth->wait_ms = WAIT_BUSY_MS;
	else if (growth->wait_ms < WAIT_IDLE_MS)
		growth->wait_ms *= 2;
	/* `next` stands in memory that every traced program can write. */
	growth->next = next < trace_header_slots(growth->trace->size) ? next : trace_header_slots(growth->trace->size);
	keep_ahead(growth, why, size);
	return growth->wait_ms;
}
