/*
 * loader_notice.h: makes the loader's notice to debuggers come to us, too.
 *
 * Declared for every architecture; the code is in the architecture's folder.
 */
#ifndef PRELOAD_LOADER_NOTICE_H
#define PRELOAD_LOADER_NOTICE_H

#include <stdint.h>

#include "decode/out.h"

struct module;

/* Has each call of the loader's empty function at `address`, in the text of `loader`, call later_objects_noticed(). Returns 0; or
   -errno with the reason in `reason`: the loader is as it was. Once. */
int loader_notice_hook(const struct module *loader, uint64_t address, struct out *reason);

#endif
