/* init.h: how the shim comes to life in a program. */
#ifndef PRELOAD_INIT_H
#define PRELOAD_INIT_H

#include <stdbool.h>

/* Whether calls are to be logged; false: forward them and no more. A call that comes before the shim's constructor (another
   object's constructor, .preinit_array) makes the shim ready first, so interposers ask before they look for libc's function. Hot
   path: one load, once it is ready. */
bool init_is_active(void);

#endif
