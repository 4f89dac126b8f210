/*
 * mapped_file.h: a file mapped for reading that somebody may cut short meanwhile.
 *
 * To touch a mapped page that lies beyond the end of its file raises SIGBUS (mmap(2)). Here such pages read as zeros instead, and whoever
 * has read asks mapped_file_length() how much of it was the file's.
 */
#ifndef CLI_MAPPED_FILE_H
#define CLI_MAPPED_FILE_H

#include <stdbool.h>
#include <stddef.h>

struct mapped_file;

/* Maps the first `length` bytes, at least one, of an open file, whose descriptor stays the caller's. NULL, with errno set: it cannot be
   mapped. While a file is mapped, SIGBUS is ours. */
struct mapped_file *mapped_file_open(int fd, size_t length);
void mapped_file_close(struct mapped_file *file);

const void *mapped_file_bytes(const struct mapped_file *file);

/* How many of these bytes, from the first on, are the file's: fewer than were mapped when it has been cut. */
size_t mapped_file_length(const struct mapped_file *file);

/* Whether bytes have been looked at that were gone. Costs nothing. */
bool mapped_file_has_vanished(const struct mapped_file *file);

/* Lets the pages go that hold the bytes from `from` up to `to`, both multiples of the page size; they come back when they are touched. */
void mapped_file_release(const struct mapped_file *file, size_t from, size_t to);

/* In a child that will execute a program: SIGBUS is again as we were given it. */
void mapped_file_give_signal_back(void);

#endif
