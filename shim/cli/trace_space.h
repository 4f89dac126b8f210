/* trace_space.h: space on the disk for a trace, allocated before anybody maps it: a page without would be a SIGBUS for its writer. */
#ifndef CLI_TRACE_SPACE_H
#define CLI_TRACE_SPACE_H

#include <stdint.h>

/* Allocates the bytes from `from` to `to`, zeros. Returns 0 or an errno value; EFBIG beyond RLIMIT_FSIZE, with no SIGXFSZ. What
   lies below `from` is not touched; beyond it something may have been allocated all the same. */
int trace_space_allocate(int fd, uint64_t from, uint64_t to);

/* Bytes that this process may still allocate on the file's disk; UINT64_MAX: not known. */
uint64_t trace_space_available(int fd);

/* RLIMIT_FSIZE, in bytes; UINT64_MAX: none. */
uint64_t trace_space_file_limit(void);

#endif
