/* call_record.c: see decode/call_record.h. Hot path after call_record_init(); calls the kernel only. */
#include "decode/call_record.h"

#include <stdatomic.h>
#include <sys/mman.h>

#include "preload/task.h"
#include "preload/x86_64/syscall.h"

#define RECORDS 1024 /* as many as there can be call frames: task.c */

/* An owner is a tid and one of these, in one word, so that no look at a record mixes two owners. */
enum state {
	STATE_FREE,  /* tid is 0 */
	STATE_TAKEN, /* being filled, or in its owner's hands */
	STATE_OPEN,  /* a call is under way */
	STATE_TOLD,  /* a call is under way, and has been told of as one that did not end */
};

typedef uint64_t owner_word;

struct record_pool {
	_Atomic uint32_t used;              /* records from here on were never claimed */
	_Atomic owner_word owners[RECORDS]; /* apart from the records: a search touches few pages */
	_Atomic uint64_t stacks[RECORDS];   /* 0: free, or just being claimed */
	struct call_record records[RECORDS];
};

static struct record_pool *pool; /* NULL: there is none */

static owner_word
make_owner(int32_t tid, enum state state)
{
	return (uint64_t)(uint32_t)tid << 8 | state;
}

static int32_t
tid_of(owner_word owner)
{
	return (int32_t)(owner >> 8);
}

static enum state
state_of(owner_word owner)
{
	return (enum state)(owner & 0xff);
}

/* MAP_NORESERVE and untouched pages: what a program does not use costs it address space only. */
int
call_record_init(void)
{
	int64_t address = syscall6(__NR_mmap, 0, sizeof(*pool), PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, (uint64_t)-1, 0);

	if (address < 0 && address >= -4095)
		return (int)address;
	/* Without it (before Linux 4.14) a child starts with records of its parent's threads, whose tids are not its own. */
	syscall3(__NR_madvise, (uint64_t)address, sizeof(*pool), MADV_WIPEONFORK);
	pool = (struct record_pool *)address;
	return 0;
}

static uint32_t
used_count(void)
{
	return pool != NULL ? atomic_load(&pool->used) : 0;
}

static _Atomic owner_word *
owner_of(const struct call_record *record)
{
	return &pool->owners[record - pool->records];
}

static bool
change_owner(uint32_t i, owner_word from, owner_word to)
{
	return atomic_compare_exchange_strong(&pool->owners[i], &from, to);
}

static void
raise_used(uint32_t wanted)
{
	uint32_t seen = atomic_load(&pool->used);

	while (seen < wanted && !atomic_compare_exchange_weak(&pool->used, &seen, wanted))
		;
}

struct call_record *
call_record_claim(int32_t tid, uint64_t stack)
{
	if (pool == NULL)
		return NULL;
	for (uint32_t i = 0; i < RECORDS; i++) {
		if (atomic_load_explicit(&pool->owners[i], memory_order_relaxed) != 0 ||
		    !change_owner(i, 0, make_owner(tid, STATE_TAKEN)))
			continue;
		atomic_store(&pool->stacks[i], stack);
		raise_used(i + 1);
		return &pool->records[i];
	}
	return NULL;
}

void
call_record_open(struct call_record *record)
{
	atomic_store_explicit(owner_of(record), make_owner(record->head.tid, STATE_OPEN), memory_order_release);
}

/* The place of the record of this call in this state; RECORDS: there is none. */
static uint32_t
find(int32_t tid, uint64_t call_id, enum state state)
{
	for (uint32_t i = 0, used = used_count(); i < used; i++)
		if (atomic_load_explicit(&pool->owners[i], memory_order_acquire) == make_owner(tid, state) &&
		    pool->records[i].head.call_id == call_id)
			return i;
	return RECORDS;
}

struct call_record *
call_record_take(int32_t tid, uint64_t call_id)
{
	uint32_t i = find(tid, call_id, STATE_OPEN);

	if (i == RECORDS || !change_owner(i, make_owner(tid, STATE_OPEN), make_owner(tid, STATE_TAKEN)))
		return NULL;
	return &pool->records[i];
}

void
call_record_put_back(struct call_record *record)
{
	call_record_open(record);
}

static void
release(uint32_t i)
{
	atomic_store(&pool->stacks[i], 0);
	atomic_store_explicit(&pool->owners[i], 0, memory_order_release);
}

void
call_record_release(struct call_record *record)
{
	release((uint32_t)(record - pool->records));
}

static bool
replaces_program(uint32_t i)
{
	return libc_call_info(pool->records[i].call)->creation == REPLACES;
}

/* Takes the record at `i`, whose owner was seen to be `seen` and has abandoned it, into the hands of task `tid`, and visits it. False:
   it has found another owner meanwhile. */
static bool
visit(uint32_t i, owner_word seen, int32_t tid, call_record_visitor *visitor)
{
	if (!change_owner(i, seen, make_owner(tid, STATE_TAKEN)))
		return false;
	if (state_of(seen) == STATE_TAKEN)
		task_count_lost();
	else if (state_of(seen) == STATE_OPEN && !replaces_program(i))
		visitor(&pool->records[i]);
	return true;
}

static bool
is_left(uint32_t i, int32_t tid, uint64_t stack)
{
	uint64_t place = atomic_load_explicit(&pool->stacks[i], memory_order_relaxed);

	return tid_of(atomic_load_explicit(&pool->owners[i], memory_order_acquire)) == tid && place != 0 &&
	       place <= stack;
}

static void
drop_below(int32_t tid, uint64_t stack, call_record_visitor *visitor)
{
	for (uint32_t i = 0, used = used_count(); i < used; i++)
		if (is_left(i, tid, stack) && visit(i, atomic_load(&pool->owners[i]), tid, visitor))
			release(i);
}

/* A signal stack may lie above the stack that it interrupts: nothing can be told from addresses there. */
void
call_record_drop_left(int32_t tid, uint64_t stack, call_record_visitor *visitor)
{
	for (uint32_t i = 0, used = used_count(); i < used; i++) {
		if (!is_left(i, tid, stack))
			continue;
		if (!task_is_on_signal_stack())
			drop_below(tid, stack, visitor);
		return;
	}
}

void
call_record_drop_ended(int32_t tid, call_record_visitor *visitor)
{
	drop_below(tid, UINT64_MAX, visitor);
}

void
call_record_drop_gone(int32_t tid, call_record_visitor *visitor)
{
	for (uint32_t i = 0, used = used_count(); i < used; i++) {
		owner_word owner = atomic_load_explicit(&pool->owners[i], memory_order_acquire);
		bool is_exec = state_of(owner) == STATE_OPEN && replaces_program(i);

		if (owner != 0 && (is_exec || task_is_gone(tid_of(owner))) && visit(i, owner, tid, visitor))
			release(i);
	}
}

void
call_record_drop_pending(int32_t tid, call_record_visitor *visitor)
{
	for (uint32_t i = 0, used = used_count(); i < used; i++) {
		owner_word owner = atomic_load_explicit(&pool->owners[i], memory_order_acquire);
		bool is_open = state_of(owner) == STATE_OPEN && !replaces_program(i);
		bool is_abandoned =
			state_of(owner) == STATE_TAKEN && (tid_of(owner) == tid || task_is_gone(tid_of(owner)));

		if ((is_open || is_abandoned) && visit(i, owner, tid, visitor))
			atomic_store(&pool->owners[i], make_owner(tid_of(owner), STATE_TOLD));
	}
}

bool
call_record_was_pending(int32_t tid, uint64_t call_id)
{
	uint32_t i = find(tid, call_id, STATE_TOLD);

	if (i == RECORDS)
		return false;
	call_record_release(&pool->records[i]);
	return true;
}
