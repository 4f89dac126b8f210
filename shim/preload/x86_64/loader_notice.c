/*
 * loader_notice.c: writes a jump to loader_notice_stub.S into the loader's empty function; see loader_notice.h. Runs in the first
 * dlopen, in front of the loader, among threads that may be executing the same page (text_copy.h tells why they may).
 */
#include "preload/loader_notice.h"

#include <errno.h>
#include <stddef.h>

#include "preload/modules.h"
#include "preload/text_copy.h"
#include "preload/x86_64/empty_function.h"
#include "preload/x86_64/jump.h"
#include "preload/x86_64/site.h"

extern const uint8_t loader_notice_stub[] __attribute__((visibility("hidden")));

/* Where the function at `address` returns, if that is all it does; 0: it is not. */
static uint64_t
find_return(const struct module *loader, uint64_t address)
{
	uint64_t start, end;
	size_t offset;

	if (loader == NULL || !site_text_around(loader, address, &start, &end) ||
	    !empty_function_find_return((const uint8_t *)address, end - address, &offset))
		return 0;
	return address + offset;
}

/* Text that is not as in its file has been changed by somebody, a debugger or the kernel for a tracer (uprobes), who goes by where it
   is mapped from and may change it once more. */
static int
prepare(struct text_copy *copy, const struct module *loader, uint64_t at, struct out *reason)
{
	uint8_t jump[JUMP_LENGTH];
	int file = text_copy_open(loader);
	int error = text_copy_make(copy, loader, file, at, sizeof(jump), reason);

	text_copy_close(file);
	if (error != 0)
		return error;
	if (file >= 0 && !copy->is_file) {
		out_string(reason, "the loader is not as in its file");
		return -EBUSY;
	}
	if (!jump_make(jump, loader, at, (uint64_t)loader_notice_stub)) {
		out_string(reason, "the loader is out of a jump's reach");
		return -ERANGE;
	}
	text_copy_write(copy, at, jump, sizeof(jump));
	return text_copy_seal(copy, reason);
}

int
loader_notice_hook(const struct module *loader, uint64_t address, struct out *reason)
{
	uint64_t at = find_return(loader, address);
	struct text_copy copy = {0};
	int error;

	if (at == 0) {
		out_string(reason, "the function that the loader calls for debuggers is not empty");
		return -ENOENT;
	}
	error = prepare(&copy, loader, at, reason);
	if (error == 0)
		error = text_copy_apply(&copy, reason);
	if (error != 0)
		text_copy_discard(&copy);
	return error;
}
