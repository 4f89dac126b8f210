/* main_program.h: where the main program lies and which file it is: the loader tells less of it than of other objects. Constructor. */
#ifndef PRELOAD_MAIN_PROGRAM_H
#define PRELOAD_MAIN_PROGRAM_H

#include <link.h>
#include <stdbool.h>

#include "preload/modules.h"

/* Finds its program headers. `map` is its entry in the loader's list. False: there are none. */
bool main_program_find_headers(struct module *module, const struct link_map *map);

/* Its path, as far as the kernel or the loader tells it. Static storage, or the loader's. */
const char *main_program_path(const struct link_map *map);

#endif
