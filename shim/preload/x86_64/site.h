/*
 * site.h: what a creation site looks like on x86-64, and the proof that some bytes are one.
 *
 * A site is a `syscall` instruction and what leads to it in a straight line. One instruction of that is as long as a jump, five
 * bytes: it gives way to the jump to a stub. The stub does what this instruction and all behind it do; they stay where they
 * are, so that a thread that stands between them goes on undisturbed.
 *
 * Equal bytes are no proof: they may be the middle of another instruction. So the function around them is decoded from its start,
 * the site must begin with one of its instructions, and no branch of the function may lead into the site behind its first byte.
 * Constructor, or during the loader's notice; reads text, changes nothing.
 */
#ifndef PRELOAD_X86_64_SITE_H
#define PRELOAD_X86_64_SITE_H

#include <stdbool.h>
#include <stdint.h>

#include "preload/modules.h"
#include "preload/probe_patch.h"
#include "preload/x86_64/jump.h"

enum site_shape {
	SITE_MOV,        /* mov $nr,%eax; syscall: all of glibc, and of musl all but clone */
	SITE_SYSCALL,    /* glibc's syscall(2), whatever number it was given: the last argument's load, syscall */
	SITE_MUSL_CLONE, /* musl's __clone from its first instruction on: mov $nr,%al, 31 bytes of others, syscall */
	SITE_SHAPE_COUNT,
};

#define SITE_SYSCALL_LENGTH 2 /* 0f 05 */

struct site_kind {
	enum site_shape shape;
	uint32_t nr;
};

/* The part of the module's text, without write access, that holds `address`. False: it is not in its text. */
bool site_text_around(const struct module *module, uint64_t address, uint64_t *start, uint64_t *end);

/* The one site of that kind in the function from `start` to `end`; end 0: an assembly function that does not say where it ends,
   which is taken to be where its flow does. False: none, several, or one that is not proven. */
bool site_find(const struct module *module, struct site_kind kind, uint64_t start, uint64_t end,
	       struct probe_site *site);

/* The same in the functions of `module` around `near`, named or not; the whole text where it is not found nearby. */
bool site_search(const struct module *module, struct site_kind kind, uint64_t near, struct probe_site *site);

/* The same in the functions that the function from `start` to `end` calls. */
bool site_find_called(const struct module *module, struct site_kind kind, uint64_t start, uint64_t end,
		      struct probe_site *site);

/* Calls `visit` with each place in the text of `module` that looks like a SITE_MOV of a creation syscall: proven, with `site` filled
   in; or not, with only `site->address` and `site->nr`, and why not. Reads all of the text. */
typedef void site_visitor(const struct probe_site *site, const char *why_not, void *context);
void site_scan(const struct module *module, site_visitor *visit, void *context);

#endif
