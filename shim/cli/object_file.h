/*
 * object_file.h: one program or library on disk, and what its symbol tables and debugging information say of an address.
 *
 * Debugging information is found as gdb finds it: in the file itself; in a directory of build-ids (/usr/lib/debug/.build-id/xx/yyyy.debug);
 * by .gnu_debuglink. It is asked for over the network only where the user has set DEBUGINFOD_URLS.
 */
#ifndef CLI_OBJECT_FILE_H
#define CLI_OBJECT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decode/event.h"

/* What is known of the file that was traced. */
struct object_identity {
	const char *path;
	const uint8_t *build_id; /* NULL: it has none */
	uint32_t build_id_length;
	uint64_t loaded_realtime_ns; /* when it was seen in memory, CLOCK_REALTIME */
};

struct object_file;

/* NULL: the file is gone, cannot be read, or is not the one that was traced; `why` (of `size` bytes) says so, without the path. A file
   without build-id is taken for the same when nothing has changed it since. */
struct object_file *object_file_open(const struct object_identity *identity, char *why, size_t size);
void object_file_close(struct object_file *object);

/* When it was last changed, CLOCK_REALTIME. */
uint64_t object_file_changed_ns(const struct object_file *object);

/* The functions at `offset` from the load address, an inlined one before the one that it is inlined into. Returns how many there are
   in `frames`, at most `room`; 0: none is known. Strings live as long as `object`. */
size_t object_file_find(struct object_file *object, uint64_t offset, struct source_frame *frames, size_t room);

#endif
