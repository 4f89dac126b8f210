/*
 * modules.h: the loaded objects, and what stands at an address in them.
 *
 * The loader's own functions (dlsym, dladdr, dl_iterate_phdr) take the loader's lock: a constructor run by dlopen that creates
 * a thread and waits for it would deadlock if that thread needed them. So the loader's public list of objects (struct link_map,
 * <link.h>, the interface for debuggers) is walked without it. The objects that are there at the start are never unloaded and
 * are kept in a table; those that come later are looked up anew at each question, since dlclose may take them away. None goes and
 * none comes while the loader calls the function that is there for debuggers: it holds its lock then.
 */
#ifndef PRELOAD_MODULES_H
#define PRELOAD_MODULES_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decode/event.h"

struct link_map;

/* One loaded object. Addresses are absolute, in this process. */
struct module {
	const char *path; /* borrowed from the loader; the main program's is the kernel's, absolute, where it knows */
	uint64_t base;    /* the load address: st_value and p_vaddr are relative to it */
	uint64_t start, end; /* span of its PT_LOAD segments */
	const Elf64_Phdr *program_headers;
	uint32_t program_header_count;
	const Elf64_Sym *symbols;
	const char *strings;
	const uint32_t *gnu_hash;  /* DT_GNU_HASH, or NULL */
	const uint32_t *sysv_hash; /* DT_HASH, or NULL */
	const uint16_t *versions;  /* DT_VERSYM, or NULL */
	bool has_text_relocations; /* DT_TEXTREL: the loader itself writes into its text */
};

/* Fills the table from the loader's list. Constructor (or what runs before it); no locks, no allocation. Returns 0, or
   -ENOENT when the loader publishes no list: everything then stays unnamed. */
int modules_init(void);

/* The module at a place in the loader's order, 0 the main program; NULL past the last. */
const struct module *modules_at(size_t place);

#define MODULE_BUILD_ID_MAX 64

/* The bytes of its note NT_GNU_BUILD_ID, borrowed from the module; NULL: it has none. Hot path. */
const uint8_t *module_build_id(const struct module *module, uint32_t *length);

/* Where the object lies that was loaded later and holds `address`, and its build-id, copied into MODULE_BUILD_ID_MAX bytes (0: none).
   False: there is none any more. Hot path. */
bool modules_later_span(uint64_t address, uint64_t *start, uint64_t *end, uint8_t *build_id, uint32_t *build_id_length);

/* Takes the program headers that the ELF header at `header`, which can be read, leads to. False: there is no ELF header. */
bool module_take_headers(struct module *module, uint64_t header);

/* Whether its program headers are those of the object whose dynamic section the loader knows. */
bool module_owns_dynamic(const struct module *module, const struct link_map *map);

/* Whether `module` is this library. */
bool module_is_shim(const struct module *module);

/* The module of the startup table that holds `address`; NULL: none. Hot path. */
const struct module *modules_find(uint64_t address);

/* Address of the function `name` that `module` defines in its default version; 0: it defines none. A GNU indirect function is
   resolved by calling its resolver. Hot path. */
uint64_t module_find_symbol(const struct module *module, const char *name);

/* Address of the function `name` that a reference from behind this library would bind to: the first definition in the order of
   the loader's list behind the shim itself, as dlsym(3) RTLD_NEXT defines it, without the loader's lock. Objects loaded by
   dlopen are searched last. 0: there is none. */
uint64_t modules_find_next(const char *name);

/* Names what stands at `address`. Every field is set; strings are borrowed from the module. Hot path. */
void modules_locate(uint64_t address, struct code_location *location);

/* The function that the loader calls, holding its lock, before it changes its list and when the change is complete (struct r_debug,
   r_brk, <link.h>); 0: it publishes none. */
uint64_t modules_loader_notice(void);

/* Whether that call tells of a complete change: constructors of new objects have not run yet. */
bool modules_loader_is_done(void);

/* Calls `visit` with each object of the loader's list that is not in the table. During the loader's call only. */
void modules_visit_later(void (*visit)(const struct link_map *map));

/* Reads such an object, which lasts as long as its load. False: it is not as ours are. During the loader's call only. */
bool modules_parse_later(struct module *module, const struct link_map *map);

#endif
