/* guarded_write.h: write(2) that the program does not notice. Hot path. */
#ifndef PRELOAD_GUARDED_WRITE_H
#define PRELOAD_GUARDED_WRITE_H

#include <stddef.h>
#include <stdint.h>

/* Writes all of it to `fd`, a file of the kind that `mode` (st_mode, inode(7)) says. SIGPIPE, SIGXFSZ and SIGTTOU that the write
   would raise never reach the program; a pipe that nobody empties is waited for briefly and then given up. Returns 0 or -errno. */
int guarded_write(int fd, uint32_t mode, const char *bytes, size_t length);

#endif
