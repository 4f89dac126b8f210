/* main_program.c: see main_program.h. Constructor. */
#include "preload/main_program.h"

#include <stddef.h>
#include <stdint.h>

#include "preload/memory.h"
#include "preload/pages.h"
#include "preload/process_start.h"
#include "preload/x86_64/syscall.h"

#define PAGES_MAX 4096 /* of a main program, from its ELF header to its dynamic section */

static char short_exe_path[256];
static RARELY_USED char long_exe_path[4096]; /* one that finds no room there */

/* The ELF header stands at the load address of every object but of a main program that is linked to a fixed address: its load
   address is 0. Its program headers are in the auxiliary vector, unless the loader was started by hand; then the header is
   looked for where the program begins, some pages before its dynamic section. */
bool
main_program_find_headers(struct module *module, const struct link_map *map)
{
	uint64_t page = (uint64_t)map->l_ld & ~(PAGE_SIZE - 1);

	module->program_headers = process_start_program_headers(&module->program_header_count);
	if (module->program_headers != NULL && module_owns_dynamic(module, map))
		return true;
	if (map->l_addr != 0)
		return module_take_headers(module, map->l_addr);
	for (uint64_t i = 0; i < PAGES_MAX && page != 0; i++, page -= PAGE_SIZE)
		if (memory_readable(page, sizeof(Elf64_Ehdr)) && module_take_headers(module, page) &&
		    module_owns_dynamic(module, map))
			return true;
	return false;
}

/* What /proc/self/exe leads to; NULL: there is no /proc. */
static const char *
read_exe_path(void)
{
	int64_t length =
		syscall3(__NR_readlink, (uint64_t) "/proc/self/exe", (uint64_t)short_exe_path, sizeof(short_exe_path));

	if (length > 0 && (uint64_t)length < sizeof(short_exe_path))
		return short_exe_path;
	if (length > 0)
		length = syscall3(__NR_readlink, (uint64_t) "/proc/self/exe", (uint64_t)long_exe_path,
				  sizeof(long_exe_path) - 1);
	return length > 0 ? long_exe_path : NULL;
}

/* The kernel loads no interpreter beside a loader that was started by hand: /proc/self/exe is then the loader. glibc's sets the
   program's name in the auxiliary vector, musl's in its list. */
const char *
main_program_path(const struct link_map *map)
{
	const char *name = map->l_name, *exe;

	if (process_start_auxiliary(AT_BASE) != 0) {
		exe = read_exe_path();
		name = exe != NULL ? exe : name;
	} else if (name[0] == '\0' && process_start_auxiliary(AT_EXECFN) != 0)
		name = (const char *)process_start_auxiliary(AT_EXECFN);
	return name;
}
