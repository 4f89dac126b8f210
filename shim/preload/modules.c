/*
 * modules.c: the table of loaded objects; see modules.h.
 *
 * Hot path after modules_init(): no locks, no allocation, no libc. The list and the headers of objects outside the startup table are
 * looked at through copies, since another thread may be unloading them; their symbols are read only where the question itself
 * says that the object is in use: it is about code in it. Only who holds the loader's lock reads them as they are.
 */
#include "preload/modules.h"

#include <errno.h>
#include <link.h>
#include <stdatomic.h>

#include "preload/main_program.h"
#include "preload/memory.h"
#include "preload/pages.h"
#include "preload/process_start.h"
#include "preload/symbols.h"
#include "preload/x86_64/syscall.h"

#define MODULES_MAX 256
#define LIVE_MODULES_MAX 4096 /* bound of the walk, should the list be changed under us into a ring */

/* glibc's loader exports _r_debug, musl's a pointer to it. Both are weak: exactly one is there. */
extern struct r_debug _r_debug __attribute__((weak));
extern struct r_debug *_dl_debug_addr __attribute__((weak));

extern const char __ehdr_start[] __attribute__((visibility("hidden"))); /* this library's own ELF header, from ld(1) */

static FIRST_PAGE_USED struct module table[MODULES_MAX];
static _Atomic size_t table_count; /* set when the table is complete */
static size_t own_place;           /* of the shim in the table */

/* The loader relocates the pointers of some dynamic sections in place and leaves those of others (musl, the vDSO). */
static uint64_t
dynamic_pointer(const struct module *module, uint64_t value)
{
	return value < module->base ? module->base + value : value;
}

/* Takes one entry of a dynamic section. False: it is the last. */
static bool
take_dynamic(struct module *module, const Elf64_Dyn *entry)
{
	uint64_t pointer = dynamic_pointer(module, entry->d_un.d_ptr);

	switch (entry->d_tag) {
	case DT_SYMTAB:
		module->symbols = (const Elf64_Sym *)pointer;
		break;
	case DT_STRTAB:
		module->strings = (const char *)pointer;
		break;
	case DT_GNU_HASH:
		module->gnu_hash = (const uint32_t *)pointer;
		break;
	case DT_HASH:
		module->sysv_hash = (const uint32_t *)pointer;
		break;
	case DT_VERSYM:
		module->versions = (const uint16_t *)pointer;
		break;
	case DT_TEXTREL:
		module->has_text_relocations = true;
		break;
	case DT_FLAGS:
		module->has_text_relocations |= (entry->d_un.d_val & DF_TEXTREL) != 0;
		break;
	default:
		break;
	}
	return entry->d_tag != DT_NULL;
}

static void
measure_span(struct module *module, const Elf64_Phdr *segments, uint32_t count)
{
	module->start = UINT64_MAX;
	module->end = 0;
	for (uint32_t i = 0; i < count; i++) {
		const Elf64_Phdr *segment = &segments[i];
		uint64_t start = module->base + segment->p_vaddr;

		if (segment->p_type != PT_LOAD)
			continue;
		if (start < module->start)
			module->start = start;
		if (start + segment->p_memsz > module->end)
			module->end = start + segment->p_memsz;
	}
}

bool
module_take_headers(struct module *module, uint64_t header)
{
	const Elf64_Ehdr *elf = (const Elf64_Ehdr *)header;

	if (memcmp(elf->e_ident, ELFMAG, SELFMAG) != 0)
		return false;
	module->program_headers = (const Elf64_Phdr *)(header + elf->e_phoff);
	module->program_header_count = elf->e_phnum;
	return true;
}

bool
module_owns_dynamic(const struct module *module, const struct link_map *map)
{
	for (uint32_t i = 0; i < module->program_header_count; i++)
		if (module->program_headers[i].p_type == PT_DYNAMIC)
			return module->base + module->program_headers[i].p_vaddr == (uint64_t)map->l_ld;
	return false;
}

static bool
parse_module(struct module *module, const struct link_map *map, bool is_main)
{
	*module = (struct module){.path = map->l_name, .base = map->l_addr};
	if (!(is_main ? main_program_find_headers(module, map) : module_take_headers(module, map->l_addr)))
		return false;
	measure_span(module, module->program_headers, module->program_header_count);
	for (const Elf64_Dyn *entry = map->l_ld; take_dynamic(module, entry);)
		entry++;
	return module->symbols != NULL && module->strings != NULL;
}

/* What the loader publishes for debuggers; NULL: nothing. */
static const struct r_debug *
loader_debug(void)
{
	if (&_r_debug != NULL && _r_debug.r_map != NULL)
		return &_r_debug;
	return &_dl_debug_addr != NULL ? _dl_debug_addr : NULL;
}

static const struct link_map *
loader_list(void)
{
	const struct r_debug *debug = loader_debug();

	return debug != NULL ? debug->r_map : NULL;
}

int
modules_init(void)
{
	const struct link_map *map = loader_list();
	size_t count = 0;

	if (map == NULL)
		return -ENOENT;
	for (bool is_main = true; map != NULL && count < MODULES_MAX; map = map->l_next, is_main = false) {
		struct module *module = &table[count];

		if (!parse_module(module, map, is_main))
			continue;
		if (is_main)
			module->path = main_program_path(map);
		if (module->base == (uint64_t)__ehdr_start)
			own_place = count;
		count++;
	}
	atomic_store(&table_count, count);
	return 0;
}

const struct module *
modules_at(size_t place)
{
	return place < table_count ? &table[place] : NULL;
}

bool
module_is_shim(const struct module *module)
{
	return module->base == (uint64_t)__ehdr_start;
}

const struct module *
modules_find(uint64_t address)
{
	for (size_t i = 0; i < table_count; i++)
		if (address >= table[i].start && address < table[i].end)
			return &table[i];
	return NULL;
}

#define LATER_SEGMENTS 16 /* of an object's program headers that are looked at */
#define LATER_DYNAMIC 128 /* entries of its dynamic section */

/* Where an object lies that was loaded later. False: it is gone, or is none. */
static bool
find_later_span(struct module *module, const struct link_map *map)
{
	Elf64_Phdr segments[LATER_SEGMENTS];
	Elf64_Ehdr header;
	uint32_t count;

	*module = (struct module){.path = map->l_name, .base = map->l_addr};
	if (!memory_copy(&header, map->l_addr, sizeof(header)) || memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
		return false;
	count = header.e_phnum < LATER_SEGMENTS ? header.e_phnum : LATER_SEGMENTS;
	if (!memory_copy(segments, map->l_addr + header.e_phoff, count * sizeof(segments[0])))
		return false;
	measure_span(module, segments, count);
	return true;
}

static bool
read_later_dynamic(struct module *module, const struct link_map *map)
{
	for (uint64_t i = 0; i < LATER_DYNAMIC; i++) {
		Elf64_Dyn entry;

		if (!memory_copy(&entry, (uint64_t)(map->l_ld + i), sizeof(entry)))
			return false;
		if (!take_dynamic(module, &entry))
			return module->symbols != NULL && module->strings != NULL;
	}
	return false;
}

/* Calls `visit` with the span of each object that was loaded after the table was made, until it returns true, and then reads that
   object's dynamic section. False: there was none. */
static bool
find_later(struct module *module, bool (*visit)(struct module *module, const struct link_map *map, void *context),
	   void *context)
{
	const struct link_map *at = loader_list();
	struct link_map map;

	for (size_t i = 0; at != NULL && i < LIVE_MODULES_MAX; i++, at = map.l_next) {
		if (!memory_copy(&map, (uint64_t)at, sizeof(map)))
			return false;
		if (i > 0 && modules_find((uint64_t)map.l_ld) == NULL && find_later_span(module, &map) &&
		    visit(module, &map, context))
			return true;
	}
	return false;
}

uint64_t
modules_loader_notice(void)
{
	const struct r_debug *debug = loader_debug();

	return debug != NULL ? debug->r_brk : 0;
}

bool
modules_loader_is_done(void)
{
	const struct r_debug *debug = loader_debug();

	return debug != NULL && debug->r_state == RT_CONSISTENT;
}

void
modules_visit_later(void (*visit)(const struct link_map *map))
{
	const struct link_map *map = loader_list();

	for (size_t i = 0; map != NULL && i < LIVE_MODULES_MAX; i++, map = map->l_next)
		if (i > 0 && modules_find((uint64_t)map->l_ld) == NULL)
			visit(map);
}

/* Whether the module's text is there to its end. It is not when the process is a copy that was made in the midst of an unloading, or
   when its file is shorter than it says. */
static bool
text_is_mapped(const struct module *module)
{
	for (uint32_t i = 0; i < module->program_header_count; i++) {
		const Elf64_Phdr *segment = &module->program_headers[i];
		uint64_t start = module->base + segment->p_vaddr;

		if (segment->p_type == PT_LOAD && (segment->p_flags & PF_X) != 0 && segment->p_filesz != 0 &&
		    (!memory_readable(start, 1) || !memory_readable(start + segment->p_filesz - 1, 1)))
			return false;
	}
	return true;
}

bool
modules_parse_later(struct module *module, const struct link_map *map)
{
	const Elf64_Ehdr *header = (const Elf64_Ehdr *)map->l_addr;

	if (!memory_readable((uint64_t)header, sizeof(*header)) || !memory_readable((uint64_t)map->l_ld, 1) ||
	    memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 || header->e_phoff > PAGE_SIZE ||
	    header->e_phoff + header->e_phnum * sizeof(Elf64_Phdr) > PAGE_SIZE)
		return false;
	return parse_module(module, map, false) && module_owns_dynamic(module, map) && text_is_mapped(module);
}

struct named_search {
	const char *name;
	uint64_t address;
	bool is_behind_shim;
};

/* Reads the object's symbols although it may be on its way out. Only a function that was not there at the start is looked for here: one
   that the program has just called, and whose object is therefore in use. */
static bool
visit_named(struct module *module, const struct link_map *map, void *context)
{
	struct named_search *search = context;

	if (search->is_behind_shim && read_later_dynamic(module, map))
		search->address = module_find_symbol(module, search->name);
	if (module->base == (uint64_t)__ehdr_start)
		search->is_behind_shim = true;
	return search->address != 0;
}

uint64_t
module_find_symbol(const struct module *module, const char *name)
{
	const Elf64_Sym *symbol = symbols_find_by_name(module, name);
	uint64_t address;

	if (symbol == NULL)
		return 0;
	address = module->base + symbol->st_value;
	if (ELF64_ST_TYPE(symbol->st_info) == STT_GNU_IFUNC)
		address = ((uint64_t(*)(void))address)();
	return address;
}

/* Without a table (a call that comes while another thread makes it) all objects count as loaded later, the shim among them. */
uint64_t
modules_find_next(const char *name)
{
	size_t count = atomic_load(&table_count);
	struct named_search search = {name, 0, count > 0};
	struct module later;

	for (size_t i = own_place + 1; i < count; i++) {
		uint64_t address = module_find_symbol(&table[i], name);

		if (address != 0)
			return address;
	}
	find_later(&later, visit_named, &search);
	return search.address;
}

/* Looks for the build-id among notes, which can be read (elf(5), "Notes"; ld(1), --build-id). */
static const uint8_t *
find_build_id(const uint8_t *notes, uint64_t size, uint32_t *length)
{
	uint64_t at = 0;

	while (size - at >= sizeof(Elf64_Nhdr)) {
		const Elf64_Nhdr *note = (const Elf64_Nhdr *)(notes + at);
		uint64_t name = at + sizeof(*note), text = name + ((uint64_t)note->n_namesz + 3) / 4 * 4;
		uint64_t next = text + ((uint64_t)note->n_descsz + 3) / 4 * 4;

		if (next > size)
			return NULL;
		if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == sizeof("GNU") &&
		    memcmp(notes + name, "GNU", sizeof("GNU")) == 0 && note->n_descsz <= MODULE_BUILD_ID_MAX) {
			*length = note->n_descsz;
			return notes + text;
		}
		at = next;
	}
	return NULL;
}

const uint8_t *
module_build_id(const struct module *module, uint32_t *length)
{
	const uint8_t *found = NULL;

	*length = 0;
	for (uint32_t i = 0; i < module->program_header_count && found == NULL; i++) {
		const Elf64_Phdr *segment = &module->program_headers[i];

		if (segment->p_type == PT_NOTE)
			found = find_build_id((const uint8_t *)(module->base + segment->p_vaddr), segment->p_memsz,
					      length);
	}
	return found;
}

struct span_search {
	uint64_t address;
	uint8_t *build_id;
	uint32_t build_id_length;
};

#define LATER_NOTES 512 /* bytes of a segment of notes that are looked at */

static void
copy_later_build_id(const struct link_map *map, struct span_search *search)
{
	Elf64_Phdr segments[LATER_SEGMENTS];
	uint8_t notes[LATER_NOTES];
	Elf64_Ehdr header;

	if (!memory_copy(&header, map->l_addr, sizeof(header)) || header.e_phnum > LATER_SEGMENTS ||
	    !memory_copy(segments, map->l_addr + header.e_phoff, header.e_phnum * sizeof(segments[0])))
		return;
	for (uint32_t i = 0; i < header.e_phnum && search->build_id_length == 0; i++) {
		uint64_t size = segments[i].p_memsz < sizeof(notes) ? segments[i].p_memsz : sizeof(notes);
		const uint8_t *found;

		if (segments[i].p_type != PT_NOTE || !memory_copy(notes, map->l_addr + segments[i].p_vaddr, size))
			continue;
		found = find_build_id(notes, size, &search->build_id_length);
		if (found != NULL)
			memcpy(search->build_id, found, search->build_id_length);
	}
}

static bool
visit_span(struct module *module, const struct link_map *map, void *context)
{
	struct span_search *search = context;

	if (search->address < module->start || search->address >= module->end)
		return false;
	copy_later_build_id(map, search);
	return true;
}

bool
modules_later_span(uint64_t address, uint64_t *start, uint64_t *end, uint8_t *build_id, uint32_t *build_id_length)
{
	struct span_search search = {.address = address, .build_id = build_id};
	struct module later;
	bool is_found = find_later(&later, visit_span, &search);

	*start = later.start;
	*end = later.end;
	*build_id_length = search.build_id_length;
	return is_found;
}

static void
fill_location(const struct module *module, const Elf64_Sym *symbol, struct code_location *location)
{
	location->module = module->path;
	location->offset = location->address - module->base;
	if (symbol != NULL) {
		location->symbol = module->strings + symbol->st_name;
		location->symbol_offset = location->offset - symbol->st_value;
	}
}

static bool
visit_address(struct module *module, const struct link_map *map, void *context)
{
	struct code_location *location = context;

	if (location->address < module->start || location->address >= module->end)
		return false;
	fill_location(module,
		      read_later_dynamic(module, map) ? symbols_find_by_offset(module, location->address - module->base)
						      : NULL,
		      location);
	return true;
}

void
modules_locate(uint64_t address, struct code_location *location)
{
	const struct module *module = modules_find(address);
	struct module later;

	*location = (struct code_location){.address = address};
	if (module != NULL)
		fill_location(module, symbols_find_cached(module, address - module->base), location);
	else
		find_later(&later, visit_address, location);
}
