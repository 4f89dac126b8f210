/* libc_identity.c: see libc_identity.h. */
#include "preload/libc_identity.h"

#include <stddef.h>

#include "decode/out.h"
#include "decode/strings.h"

static struct libc_identity identity;

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

/* glibc says what it is. musl does not; its one object is libc and loader. */
static bool
identify(const struct module *module)
{
	uint64_t get_version = module_find_symbol(module, "gnu_get_libc_version");

	if (get_version != 0) {
		const char *version = ((const char *(*)(void))get_version)();

		identity.is_glibc = true;
		identity.minor = parse_minor(version);
		set_name("glibc ", version);
	} else if (module_find_symbol(module, "__libc_start_main") != 0 && module_find_symbol(module, "vfork") != 0) {
		set_name("musl", "");
	} else {
		return false;
	}
	identity.module = module;
	return true;
}

void
libc_identity_init(void)
{
	const struct module *module;

	for (size_t place = 0; (module = modules_at(place)) != NULL; place++)
		if (identify(module))
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
