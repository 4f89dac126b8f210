/* libc_identity.c: see libc_identity.h. */
#include "preload/libc_identity.h"

#include <stddef.h>

#include "decode/out.h"
#include "decode/strings.h"
#include "preload/known_objects.h"
#include "preload/memory.h"
#include "preload/symbols.h"
#include "preload/x86_64/string_reference.h"

static struct libc_identity identity;

_Static_assert(sizeof(identity.name) == sizeof(identity.known.name), "a trace has room for each name");

/* The libraries of glibc that make tasks, beside libc.so.6 itself. Since 2.34 they are empty. */
static const char siblings[][16] = {"libpthread.so.0", "librt.so.1", "libutil.so.1", "libanl.so.1"};

static unsigned
parse_minor(const char *version)
{
	unsigned minor = 0;

	while (*version != '\0' && *version != '.')
		version++;
	if (*version == '.')
		version++;
	for (; *version >= '0' && *version <= '9'; version++)
		minor = minor * 10 + (unsigned)(*version - '0');
	return minor;
}

static void
set_name(const char *kind, const char *version)
{
	struct out out;

	out_init(&out, identity.name, sizeof(identity.name));
	out_string(&out, kind);
	out_escaped(&out, version);
	identity.name[out.length] = '\0';
}

/* glibc says what it is. */
static bool
is_glibc(const struct module *module)
{
	uint64_t get_version = module_find_symbol(module, "gnu_get_libc_version");
	const char *version;

	if (get_version == 0)
		return false;
	version = ((const char *(*)(void))get_version)();
	identity.is_glibc = true;
	identity.minor = parse_minor(version);
	set_name("glibc ", version);
	return true;
}

/* "musl libc (x86_64)\nVersion %s\n…" */
static bool
is_usage(const char *string)
{
	static const char start[] = "musl libc (";

	return memcmp(string, start, sizeof(start) - 1) == 0;
}

/* "1.2.3", and nothing else. */
static bool
is_version(const char *string)
{
	size_t length = 0, dots = 0;

	while (length < STRING_REFERENCE_ROOM - 1 &&
	       ((string[length] >= '0' && string[length] <= '9') || (length > 0 && string[length] == '.')))
		dots += string[length++] == '.';
	return string[length] == '\0' && dots > 0;
}

/* No function of musl says what it is. But it is its own loader, and when that is run by hand it prints a usage with the version:
   in __dls3 (ldso/dynlink.c), which is exported for the loader's own sake. */
static bool
is_musl(const struct module *module)
{
	const Elf64_Sym *symbol = symbols_find_by_name(module, "__dls3");
	uint64_t start, end;
	const char *version;

	if (symbol == NULL)
		return false;
	start = module->base + symbol->st_value;
	end = start + symbol->st_size;
	if (string_reference_find(module, start, end, is_usage) == NULL)
		return false;
	version = string_reference_find(module, start, end, is_version);
	set_name(version != NULL ? "musl " : "musl", version != NULL ? version : "");
	return true;
}

/* A layer that lends glibc's functions to programs on another libc makes no processes of its own. */
static bool
identify(const struct module *module)
{
	if (module_is_shim(module) || module_find_symbol(module, "vfork") == 0 ||
	    !(is_glibc(module) || is_musl(module)))
		return false;
	identity.module = module;
	return true;
}

static bool
recall(const struct module *module)
{
	if (!known_objects_libc(module, &identity.known))
		return false;
	identity.module = module;
	identity.is_known = true;
	identity.is_glibc = identity.known.glibc != 0;
	identity.minor = identity.known.minor;
	memcpy(identity.name, identity.known.name, sizeof(identity.name));
	return true;
}

void
libc_identity_init(void)
{
	const struct module *module;

	for (size_t place = 0; (module = modules_at(place)) != NULL; place++)
		if (recall(module) || identify(module))
			return;
}

const struct libc_identity *
libc_identity(void)
{
	return &identity;
}

static const char *
base_name(const char *path)
{
	const char *name = path;

	for (; *path != '\0'; path++)
		if (*path == '/')
			name = path + 1;
	return name;
}

bool
libc_identity_holds(uint64_t address)
{
	struct code_location location;

	modules_locate(address, &location);
	if (location.module == NULL || identity.module == NULL)
		return false;
	if (location.module == identity.module->path)
		return true;
	for (size_t i = 0; identity.is_glibc && i < sizeof(siblings) / sizeof(siblings[0]); i++)
		if (string_equal(base_name(location.module), siblings[i]))
			return true;
	return false;
}
