/*
 * probe_sites.c: see probe_sites.h. Constructor only.
 *
 * Reading all of libc's text for sites would double what a small program costs to start, so sites are looked for in the functions
 * that are known to make creation syscalls, and a libc whose functions are not as the table says is left alone. That the table
 * is complete for the libcs that we know is a test's business (tests/system).
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

/* One site that a libc must have. */
struct expected_site {
	uint32_t nr;
	char function[12];  /* the exported function that holds it, or that it stands near to */
	bool is_private;    /* in a function without a name, near the one named */
	uint8_t from, upto; /* minor versions of glibc 2 that have it */
};

#define NEWEST 255

/* sysdeps/unix/sysv/linux of glibc: x86_64/clone.S, x86_64/clone3.S, arch-fork.h (inlined in fork, since 2.34 in _Fork) and
   x86_64/vfork.S. */
static const struct expected_site glibc_sites[] = {
	{__NR_clone, "clone", false, 0, NEWEST}, {__NR_clone3, "clone", true, 34, NEWEST},
	{__NR_clone, "fork", false, 0, 33},      {__NR_clone, "_Fork", false, 34, NEWEST},
	{__NR_vfork, "vfork", false, 0, NEWEST},
};

static bool
find_in_function(const struct module *libc, const struct expected_site *expected, uint64_t *address)
{
	const Elf64_Sym *symbol = symbols_find_by_name(libc, expected->function);
	uint64_t start;

	if (symbol == NULL)
		return false;
	start = libc->base + symbol->st_value;
	return site_find(start, start + symbol->st_size, expected->nr, address);
}

static bool
find_near_function(const struct module *libc, const struct expected_site *expected, uint64_t *address)
{
	const Elf64_Sym *symbol = symbols_find_by_name(libc, expected->function);

	return symbol != NULL && site_search(libc, libc->base + symbol->st_value, expected->nr, address);
}

int
probe_sites_find(const struct module *libc, struct probe_site sites[PROBE_SITES_MAX], struct out *reason)
{
	unsigned minor = libc_identity()->minor;
	int count = 0;

	if (!libc_identity()->is_glibc) {
		out_string(reason, "the sites of this libc are not known");
		return -ENOTSUP;
	}
	for (size_t i = 0; i < sizeof(glibc_sites) / sizeof(glibc_sites[0]); i++) {
		const struct expected_site *expected = &glibc_sites[i];
		uint64_t address = 0;

		if (minor < expected->from || minor > expected->upto)
			continue;
		if (!(expected->is_private ? find_near_function : find_in_function)(libc, expected, &address)) {
			out_string(reason, "no safe site of ");
			out_string(reason, names_creation_syscall(expected->nr));
			out_string(reason, expected->is_private ? " near " : " in ");
			out_string(reason, expected->function);
			return -ENOENT;
		}
		sites[count++] = (struct probe_site){.address = address, .nr = expected->nr};
	}
	return count;
}
