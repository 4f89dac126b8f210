/*
 * probe_patch.c: patches creation sites to jump to the stubs; see probe_patch.h and stubs.S. Constructor, during the loader's notice, or
 * once on the hot path; the table of sites is for the hot path.
 *
 * Of libc's, all or nothing: every site is found and proven, every jump's reach checked and every changed page prepared and made executable
 * before the first page is put in place. Should the kernel refuse a later page all the same, the earlier ones are put back.
 */
#include "preload/probe_patch.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "preload/libc_identity.h"
#include "preload/memory.h"
#include "preload/pages.h"
#include "preload/probe_sites.h"
#include "preload/text_copy.h"
#include "preload/x86_64/jump.h"
#include "preload/x86_64/site.h"
#include "preload/x86_64/stubs.h"

#define LENT_STUBS 16 /* those behind the stubs of patched sites */

static struct probe_site sites[PROBE_SITES_MAX + LENT_STUBS];
static int libc_site_count;                    /* the first ones */
static _Atomic uint32_t site_count;            /* 0 until libc's are found */
static _Atomic bool is_taken[PROBE_SITES_MAX]; /* a stub that may be jumped to */
static uint8_t replaced[PROBE_SITES_MAX][JUMP_LENGTH], jumps[PROBE_SITES_MAX][JUMP_LENGTH];
struct stub_slot probe_slots[PROBE_SITES_MAX + LENT_STUBS];

uint32_t
probe_patch_site_count(void)
{
	return site_count;
}

const struct probe_site *
probe_patch_site(uint32_t index)
{
	return &sites[index];
}

/* The first stub of each shape. */
static const uint8_t *
first_stub(uint32_t shape)
{
	switch (shape) {
	case SITE_SYSCALL:
		return probe_syscall_stub_0;
	case SITE_MUSL_CLONE:
		return probe_musl_clone_stub_0;
	default:
		return probe_stub_0;
	}
}

static uint64_t
stub_of(uint32_t index)
{
	return (uint64_t)first_stub(sites[index].shape) + index * STUB_SIZE;
}

static void
sort_by_address(struct probe_site *unsorted, int count)
{
	for (int i = 1; i < count; i++)
		for (int j = i; j > 0 && unsorted[j].address < unsorted[j - 1].address; j--) {
			struct probe_site other = unsorted[j];

			unsorted[j] = unsorted[j - 1];
			unsorted[j - 1] = other;
		}
}

/* Sites on the same pages, or on neighbouring ones, share a copy: fewer system calls, and no site on the seam of two. Gives the
   index behind the last site that goes into one copy with `first`. */
static int
end_of_group(int first, int count)
{
	int last = first;

	while (last + 1 < count && (sites[last + 1].jump >> 12) <= ((sites[last].address + 1) >> 12) + 1)
		last++;
	return last + 1;
}

/* A change of text: prepared with the jumps, it can be made a second time with the bytes that stood there. */
static int
prepare(struct text_copy *copy, const struct module *module, int file, int first, int end, struct out *reason)
{
	uint64_t start = sites[first].jump;
	int error = text_copy_make(copy, module, file, start, sites[end - 1].address + 2 - start, reason);

	for (int i = first; i < end && error == 0; i++) {
		uint8_t *jump = jumps[i];

		if (!jump_make(jump, module, sites[i].jump, stub_of((uint32_t)i))) {
			out_string(reason, "out of a jump's reach");
			return -ERANGE;
		}
		text_copy_write(copy, sites[i].jump, jump, JUMP_LENGTH);
		probe_slots[i] = (struct stub_slot){
			.resume = sites[i].address + SITE_SYSCALL_LENGTH,
			.syscall_address = sites[i].address,
			.nr = sites[i].nr,
		};
	}
	return error != 0 ? error : text_copy_seal(copy, reason);
}

/* Puts back what stood where the jumps of a copy that was applied stand. What cannot be put back stays a jump to a stub that
   works: nothing breaks, but a site is observed that the process event does not name. */
static void
restore(const struct module *libc, int first, int end, struct out *ignored)
{
	struct text_copy copy;
	uint64_t start = sites[first].jump;
	int file = text_copy_open(libc);
	int error = text_copy_make(&copy, libc, file, start, sites[end - 1].address + 2 - start, ignored);

	text_copy_close(file);
	if (error != 0)
		return;
	for (int i = first; i < end; i++)
		text_copy_write(&copy, sites[i].jump, replaced[i], JUMP_LENGTH);
	if (text_copy_seal(&copy, ignored) != 0 || text_copy_apply(&copy, ignored) != 0)
		text_copy_discard(&copy);
}

struct group {
	int first, end;
	struct text_copy copy;
};

static int
prepare_all(struct group *groups, int count, const struct module *libc, int file, struct out *reason)
{
	int prepared = 0;

	for (int first = 0; first < count; first = groups[prepared++].end) {
		struct group *group = &groups[prepared];
		int error;

		group->first = first;
		group->end = end_of_group(first, count);
		error = prepare(&group->copy, libc, file, group->first, group->end, reason);
		if (error != 0) {
			for (int i = 0; i <= prepared; i++)
				text_copy_discard(&groups[i].copy);
			return error;
		}
	}
	return prepared;
}

static int
apply_all(struct group *groups, int count, const struct module *libc, struct out *reason)
{
	for (int applied = 0; applied < count; applied++) {
		int error = text_copy_apply(&groups[applied].copy, reason);
		char memory[128];
		struct out ignored;

		if (error == 0)
			continue;
		out_init(&ignored, memory, sizeof(memory));
		for (int i = applied; i < count; i++)
			text_copy_discard(&groups[i].copy);
		for (int i = 0; i < applied; i++)
			restore(libc, groups[i].first, groups[i].end, &ignored);
		return error;
	}
	return 0;
}

static void
keep_replaced(uint32_t index)
{
	memcpy(replaced[index], (const void *)sites[index].jump, JUMP_LENGTH);
}

void
probe_patch_expect(uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		is_taken[i] = true;
	libc_site_count = (int)count;
	site_count = count;
}

int
probe_patch_find(struct out *reason)
{
	const struct module *libc = libc_identity()->module;
	struct probe_site found[LIBC_SITES_MAX];
	int count;

	if (libc == NULL) {
		out_string(reason, "no libc was found");
		return -ENOENT;
	}
	count = probe_sites_find(libc, found, reason);
	if (count < 0)
		return count;
	if (libc_site_count == 0)
		probe_patch_expect((uint32_t)count);
	if (count != libc_site_count) {
		out_string(reason, "libc has other sites than the trace says");
		return -ESTALE;
	}
	sort_by_address(found, count);
	for (int i = 0; i < count; i++) {
		sites[i] = found[i];
		keep_replaced((uint32_t)i);
	}
	return 0;
}

/* Whether libc's text is as it was when the sites were found: others may change it, too. */
static bool
is_as_found(void)
{
	for (int i = 0; i < libc_site_count; i++)
		if (memcmp((const void *)sites[i].jump, replaced[i], JUMP_LENGTH) != 0)
			return false;
	return true;
}

int
probe_patch_libc(struct out *reason)
{
	static RARELY_USED struct group groups[PROBE_SITES_MAX]; /* static: the caller's stack may be small */
	const struct module *libc = libc_identity()->module;
	int file, result;

	if (!is_as_found()) {
		out_string(reason, "libc's text has been changed by somebody else");
		return -EBUSY;
	}
	file = text_copy_open(libc);
	result = prepare_all(groups, libc_site_count, libc, file, reason);
	text_copy_close(file);
	return result < 0 ? result : apply_all(groups, result, libc, reason);
}

static int
claim_stub(void)
{
	for (int i = 0; i < PROBE_SITES_MAX; i++)
		if (!atomic_exchange(&is_taken[i], true))
			return i;
	return -1;
}

/* Its site is forgotten first: whoever claims the stub next is not to be taken for one whose text is gone. */
static void
release_stub(int index)
{
	sites[index].address = 0;
	atomic_store(&is_taken[index], false);
}

/* The stub is claimed before anything leads to it: a process that is copied in between must not use it for another site. */
int
probe_patch_add(const struct module *module, const struct probe_site *site, struct out *reason)
{
	int index = claim_stub();
	struct text_copy copy = {0};
	int error, file;

	if (index < 0) {
		out_string(reason, "no stub is left");
		return -ENOSPC;
	}
	sites[index] = *site;
	keep_replaced((uint32_t)index);
	file = text_copy_open(module);
	error = prepare(&copy, module, file, index, index + 1, reason);
	text_copy_close(file);
	if (error == 0)
		error = text_copy_apply(&copy, reason);
	if (error != 0) {
		text_copy_discard(&copy);
		release_stub(index);
		return error;
	}
	if ((uint32_t)index >= site_count)
		site_count = (uint32_t)index + 1;
	return 0;
}

/* Whether the text still is as it was patched. It is looked at through a copy, since it should be gone. */
static bool
still_jumps(int index)
{
	uint8_t found[JUMP_LENGTH];

	return memory_copy(found, sites[index].jump, sizeof(found)) && memcmp(found, jumps[index], sizeof(found)) == 0;
}

void
probe_patch_forget(uint64_t start, uint64_t end)
{
	for (int i = 0; i < PROBE_SITES_MAX; i++)
		if (is_taken[i] && sites[i].address >= start && sites[i].address < end && !still_jumps(i))
			release_stub(i);
}

/* A site and a number in one word, so that a search needs no more than a look at it. 1: somebody is writing it. */
static _Atomic uint64_t lent[LENT_STUBS];

static uint64_t
lend(uint32_t place, uint64_t address, uint32_t nr)
{
	uint32_t index = PROBE_SITES_MAX + place;

	sites[index] = (struct probe_site){.address = address, .nr = nr};
	probe_slots[index] = (struct stub_slot){
		.resume = address + SITE_SYSCALL_LENGTH,
		.syscall_address = address,
		.nr = nr,
	};
	return (uint64_t)probe_stub_0 + index * STUB_SIZE;
}

uint64_t
probe_patch_lend_stub(uint64_t address, uint32_t nr)
{
	uint64_t key = address | (uint64_t)nr << 48;

	for (uint32_t i = 0; i < LENT_STUBS; i++) {
		uint64_t seen = atomic_load_explicit(&lent[i], memory_order_acquire);

		if (seen == key)
			return (uint64_t)probe_stub_0 + (PROBE_SITES_MAX + i) * STUB_SIZE;
		if (seen == 0 && atomic_compare_exchange_strong(&lent[i], &seen, 1)) {
			uint64_t stub = lend(i, address, nr);

			atomic_store_explicit(&lent[i], key, memory_order_release);
			return stub;
		}
	}
	return 0;
}
