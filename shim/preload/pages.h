/*
 * pages.h: having the kernel bring in pages together, before they are touched one by one.
 *
 * A page that its first use brings in costs an exception, which takes several times as long as a system call, and many times in a
 * virtual machine; asked for in a row they cost a small part of that. Hot path; one system call, whose failure (before Linux 5.14)
 * changes nothing but the time.
 */
#ifndef PRELOAD_PAGES_H
#define PRELOAD_PAGES_H

#include <stdint.h>

#define PAGE_SIZE UINT64_C(4096)

/* For static data that most programs never touch, or only at one end: the linker puts it behind all other (-Wl,--sort-section=name),
   where pages_bring_in_data() does not reach. */
#define RARELY_USED __attribute__((section(".bss.rarely_used")))

/* For what ends in pages that a fork wipes (MADV_WIPEONFORK): last of all, so that they split the data's mapping in two, not in three. */
#define WIPED_BY_FORK __attribute__((section(".bss.wiped_by_fork")))

/* For a large table that most programs use the beginning of: it comes right behind the others, its first page with them. */
#define FIRST_PAGE_USED __attribute__((section(".bss.first_page_used")))

/* The pages from the one that holds `start` up to the one that holds the byte before `end`, to be written to. */
void pages_bring_in(uint64_t start, uint64_t end);

/* From now on every page comes by itself: the program enters a sandbox, which may end it for what its libc does not do. */
void pages_leave_alone(void);

/* The shim's own data, as far as a start touches them. */
void pages_bring_in_data(void);

#endif
