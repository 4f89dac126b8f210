/*
 * text_copy.h: changes the program's text without it ever being not executable, half changed, or writable and executable.
 *
 * A changed copy of the pages is prepared beside them and then put in their place by mremap(2), which the kernel does as one step
 * as far as running threads can tell: a thread that fetches from the pages meanwhile waits for the mapping and then sees the
 * new ones. All that a policy may forbid (systemd's MemoryDenyWriteExecute, SELinux execmod) happens to the copy, before.
 *
 * Constructor, or a later moment in which nobody else changes the same pages. Calls the kernel only.
 */
#ifndef PRELOAD_TEXT_COPY_H
#define PRELOAD_TEXT_COPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decode/out.h"
#include "preload/modules.h"

struct text_copy {
	uint64_t text; /* the pages to be replaced */
	uint64_t copy; /* where the copy is; 0: none */
	size_t size;   /* bytes, whole pages */
	bool is_file;  /* of the module's file; else of memory that nobody else has */
};

/* Opens the file that `module` was loaded from, for text_copy_make(); -errno where that cannot be done. */
int text_copy_open(const struct module *module);
void text_copy_close(int file);

/* Makes a writable copy of the pages that hold `address` up to `address + size`, backed by `file` (-errno: there
   is none) where that holds the same bytes, so that debuggers and profilers still see whose text it is. Returns 0; or -errno with the
   reason in `reason`. */
int text_copy_make(struct text_copy *copy, const struct module *module, int file, uint64_t address, size_t size,
		   struct out *reason);

/* Writes into the copy what is to stand at `address` in the text. */
void text_copy_write(const struct text_copy *copy, uint64_t address, const void *bytes, size_t size);

/* Makes the copy what the text is: readable and executable. Returns 0; or -errno with the reason in `reason`. */
int text_copy_seal(const struct text_copy *copy, struct out *reason);

/* Puts the copy in the text's place. Returns 0; or -errno with the reason in `reason`: the text is then as it was. */
int text_copy_apply(struct text_copy *copy, struct out *reason);

/* Gives up a copy that was not applied. */
void text_copy_discard(struct text_copy *copy);

#endif
