/*
 * probe_sites.c: see probe_sites.h. Constructor only.
 *
 * Reading all of libc's text for sites would double what a small program costs to start, so sites are looked for in the functions
 * that are known to make creation syscalls, and a libc whose functions are not as the table says is left alone. That the table
 * is complete for the libcs that we know is shown by tests/libcs/sites.c.
 */
#include "preload/probe_sites.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

#include "decode/names.h"
#include "preload/libc_identity.h"
#include "preload/symbols.h"
#include "preload/x86_64/site.h"
#include "preload/x86_64/syscall.h"

/* Where a site is, as seen from an exported function. */
enum place {
	IN,     /* in it */
	NEAR,   /* in a function without a name, linked near to it */
	CALLED, /* in a function without a name that it calls */
};

/* One site that a libc must have. */
struct expected_site {
	struct site_kind kind;
	enum place place;
	char function[8];   /* the exported one */
	uint8_t from, upto; /* minor versions of glibc 2 that have it */
};

#define NEWEST 255
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* sysdeps/unix/sysv/linux of glibc: x86_64/clone.S, x86_64/clone3.S, arch-fork.h (inlined in fork, since 2.34 in _Fork) and
   x86_64/vfork.S. Before 2.34 pthread_create, in libpthread, calls clone. */
static const struct expected_site glibc_sites[] = {
	{{SITE_MOV, __NR_clone}, IN, "clone", 0, NEWEST}, {{SITE_MOV, __NR_clone3}, NEAR, "clone", 34, NEWEST},
	{{SITE_MOV, __NR_clone}, IN, "fork", 0, 33},      {{SITE_MOV, __NR_clone}, IN, "_Fork", 34, NEWEST},
	{{SITE_MOV, __NR_vfork}, IN, "vfork", 0, NEWEST}, {{SITE_SYSCALL, EVENT_ANY_NR}, IN, "syscall", 0, NEWEST},
};

/* musl: thread/x86_64/clone.s, process/_Fork.c (since 1.2.2) and process/x86_64/vfork.s. */
static const struct expected_site musl_sites[] = {
	{{SITE_MUSL_CLONE, __NR_clone}, CALLED, "clone", 0, NEWEST},
	{{SITE_MOV, __NR_fork}, IN, "_Fork", 0, NEWEST},
	{{SITE_MOV, __NR_vfork}, IN, "vfork", 0, NEWEST},
};

static bool
find(const struct module *libc, const struct expected_site *expected, struct probe_site *site)
{
	const Elf64_Sym *symbol = symbols_find_by_name(libc, expected->function);
	uint64_t start, end;

	if (symbol == NULL)
		return false;
	start = libc->base + symbol->st_value;
	end = symbol->st_size != 0 ? start + symbol->st_size : 0;
	switch (expected->place) {
	case IN:
		return site_find(libc, expected->kind, start, end, site);
	case NEAR:
		return site_search(libc, expected->kind, start, site);
	case CALLED:
		return site_find_called(libc, expected->kind, start, end, site);
	}
	return false;
}

/* The name of the function is known already: the event that describes the sites would look for it among all symbols. */
static void
remember_name(const struct module *libc, const struct expected_site *expected, const struct probe_site *site)
{
	const Elf64_Sym *symbol = symbols_find_by_name(libc, expected->function);
	uint64_t offset = site->address - libc->base;

	if (expected->place == IN && symbol != NULL && offset - symbol->st_value < symbol->st_size)
		symbols_remember(libc, offset, symbol);
}

static void
out_missing(struct out *out, const struct expected_site *expected)
{
	static const char places[][24] = {[IN] = " in ", [NEAR] = " near ", [CALLED] = " in what is called by "};

	out_string(out, "no safe site of ");
	out_string(out, expected->kind.nr == EVENT_ANY_NR ? "any number" : names_creation_syscall(expected->kind.nr));
	out_string(out, places[expected->place]);
	out_string(out, expected->function);
}

int
probe_sites_find(const struct module *libc, struct probe_site sites[LIBC_SITES_MAX], struct out *reason)
{
	bool is_glibc = libc_identity()->is_glibc;
	unsigned minor = libc_identity()->minor;
	const struct expected_site *expected = is_glibc ? glibc_sites : musl_sites;
	size_t expected_count = is_glibc ? COUNT(glibc_sites) : COUNT(musl_sites);
	int count = 0;

	for (size_t i = 0; i < expected_count; i++) {
		if (is_glibc && (minor < expected[i].from || minor > expected[i].upto))
			continue;
		if (!find(libc, &expected[i], &sites[count])) {
			out_missing(reason, &expected[i]);
			return -ENOENT;
		}
		remember_name(libc, &expected[i], &sites[count]);
		count++;
	}
	return count;
}
