/* shim_path.h: where libcloneshim.so is. */
#ifndef CLI_SHIM_PATH_H
#define CLI_SHIM_PATH_H

#include <stddef.h>

/* The shim that belongs to this command: beside it, as it was built, or where it was installed. To be freed; NULL: there is none that
   could be loaded, and `why` (of `size` bytes) says what was expected. */
char *shim_path_find(char *why, size_t size);

#endif
