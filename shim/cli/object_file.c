/* object_file.c: see object_file.h. elfutils' libdwfl, a Dwfl with one module a file, loaded at 0. */
#include "cli/object_file.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct object_file {
	Dwfl *dwfl;
	Dwfl_Module *module;
	Dwarf_Addr bias; /* what the file says lies that much higher in the module */
	uint64_t changed_ns;
};

static const Dwfl_Callbacks callbacks = {
	.find_elf = dwfl_build_id_find_elf,
	.find_debuginfo = dwfl_standard_find_debuginfo,
};

/* The path may name anything by now: a pipe, a device. */
static int
open_regular(const char *path, struct stat *status, char *why, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0) {
		snprintf(why, size, "%s", strerror(errno));
		return -1;
	}
	if (fstat(fd, status) == 0 && S_ISREG(status->st_mode))
		return fd;
	snprintf(why, size, "not a regular file");
	close(fd);
	return -1;
}

static uint64_t
nanoseconds(const struct timespec *time)
{
	return (uint64_t)time->tv_sec * 1000000000 + (uint64_t)time->tv_nsec;
}

/* The change time also tells of a file that has been moved here: rename(2) sets it. */
static const char *
why_another(const struct object_identity *identity, const struct object_file *object)
{
	const unsigned char *bits = NULL;
	GElf_Addr address;
	int length = dwfl_module_build_id(object->module, &bits, &address);
	bool has_id = length > 0;

	if (identity->build_id == NULL && !has_id)
		return object->changed_ns <= identity->loaded_realtime_ns
			       ? NULL
			       : "changed since it was traced, and has no build-id to know it by";
	if (identity->build_id == NULL || !has_id || (uint32_t)length != identity->build_id_length ||
	    memcmp(bits, identity->build_id, identity->build_id_length) != 0)
		return "not the file that was traced: its build-id differs";
	return NULL;
}

/* Takes over `fd`. */
static bool
report(struct object_file *object, const char *path, int fd)
{
	object->dwfl = dwfl_begin(&callbacks);
	if (object->dwfl == NULL) {
		close(fd);
		return false;
	}
	dwfl_report_begin(object->dwfl);
	object->module = dwfl_report_elf(object->dwfl, path, path, fd, 0, true);
	if (object->module == NULL)
		close(fd);
	dwfl_report_end(object->dwfl, NULL, NULL);
	return object->module != NULL && dwfl_module_getelf(object->module, &object->bias) != NULL;
}

struct object_file *
object_file_open(const struct object_identity *identity, char *why, size_t size)
{
	struct object_file *object;
	const char *another = NULL;
	struct stat status;
	int fd = open_regular(identity->path, &status, why, size);

	if (fd < 0)
		return NULL;
	object = calloc(1, sizeof(*object));
	if (object == NULL) {
		snprintf(why, size, "out of memory");
		close(fd);
		return NULL;
	}
	object->changed_ns = nanoseconds(&status.st_ctim);
	if (!report(object, identity->path, fd))
		another = dwfl_errmsg(-1);
	else
		another = why_another(identity, object);
	if (another == NULL)
		return object;
	snprintf(why, size, "%s", another);
	object_file_close(object);
	return NULL;
}

void
object_file_close(struct object_file *object)
{
	if (object == NULL)
		return;
	dwfl_end(object->dwfl);
	free(object);
}

uint64_t
object_file_changed_ns(const struct object_file *object)
{
	return object->changed_ns;
}

/* The name in the symbol tables; NULL: no function there reaches as far as the address. */
static const char *
name_in_symbols(const struct object_file *object, Dwarf_Addr address)
{
	GElf_Off offset;
	GElf_Sym symbol;
	const char *name = dwfl_module_addrinfo(object->module, address, &offset, &symbol, NULL, NULL, NULL);
	int type = name != NULL ? GELF_ST_TYPE(symbol.st_info) : STT_NOTYPE;

	if (name == NULL || (type != STT_FUNC && type != STT_GNU_IFUNC) || offset >= symbol.st_size)
		return NULL;
	return name;
}

static void
take_line(const struct object_file *object, Dwarf_Addr address, struct source_frame *frame)
{
	Dwfl_Line *line = dwfl_module_getsrc(object->module, address);

	if (line != NULL)
		frame->file = dwfl_lineinfo(line, NULL, &frame->line, NULL, NULL, NULL);
}

/* Where the inlined function `die` was called from. */
static void
take_call_place(Dwarf_Die *unit, Dwarf_Die *die, struct source_frame *frame)
{
	Dwarf_Attribute attribute;
	Dwarf_Word file, line;
	Dwarf_Files *files;
	size_t count;

	if (dwarf_formudata(dwarf_attr(die, DW_AT_call_file, &attribute), &file) == 0 &&
	    dwarf_getsrcfiles(unit, &files, &count) == 0)
		frame->file = dwarf_filesrc(files, file, NULL, NULL);
	if (dwarf_formudata(dwarf_attr(die, DW_AT_call_line, &attribute), &line) == 0)
		frame->line = (int)line;
}

/* Goes outward through the scopes around an address. */
static size_t
take_scopes(Dwarf_Die *unit, Dwarf_Die *scopes, int count, struct source_frame *frames, size_t room)
{
	size_t at = 0;

	for (int i = 0; i < count && at < room; i++) {
		int tag = dwarf_tag(&scopes[i]);

		if (tag != DW_TAG_inlined_subroutine && tag != DW_TAG_subprogram)
			continue;
		frames[at].function = dwarf_diename(&scopes[i]);
		frames[at].is_inlined = tag == DW_TAG_inlined_subroutine;
		if (!frames[at].is_inlined)
			return at + 1;
		if (++at < room)
			take_call_place(unit, &scopes[i], &frames[at]);
	}
	return at;
}

/* dwarf_getscopes() leaves an inlined function for the place where it is written, not for the one that it is inlined into: the latter are
   the scopes around its die. */
static size_t
take_functions(const struct object_file *object, Dwarf_Addr address, struct source_frame *frames, size_t room)
{
	Dwarf_Addr bias;
	Dwarf_Die *unit = dwfl_module_addrdie(object->module, address, &bias), *inner = NULL, *scopes = NULL;
	size_t taken = 0;
	int count;

	if (unit == NULL)
		return 0;
	if (dwarf_getscopes(unit, address - bias, &inner) > 0) {
		count = dwarf_getscopes_die(&inner[0], &scopes);
		if (count > 0)
			taken = take_scopes(unit, scopes, count, frames, room);
		free(scopes);
	}
	free(inner);
	return taken;
}

size_t
object_file_find(struct object_file *object, uint64_t offset, struct source_frame *frames, size_t room)
{
	Dwarf_Addr address = offset + object->bias;
	struct source_frame *outermost;
	size_t taken;

	if (room == 0)
		return 0;
	memset(frames, 0, room * sizeof(*frames));
	take_line(object, address, &frames[0]);
	taken = take_functions(object, address, frames, room);
	if (taken == 0)
		taken = 1;
	outermost = &frames[taken - 1];
	if (outermost->function == NULL && !outermost->is_inlined)
		outermost->function = name_in_symbols(object, address);
	return taken > 1 || frames[0].function != NULL || frames[0].file != NULL ? taken : 0;
}
