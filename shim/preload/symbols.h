/*
 * symbols.h: searches in one object's dynamic symbol table (System V gABI, chapter 5, "Symbol Table" and "Hash Table").
 *
 * Hot path: reads the object's memory only, no locks, no allocation.
 */
#ifndef PRELOAD_SYMBOLS_H
#define PRELOAD_SYMBOLS_H

#include <elf.h>
#include <stdint.h>

struct module;

/* The definition of `name` in its default version (a hidden version is skipped); NULL: none. */
const Elf64_Sym *symbols_find_by_name(const struct module *module, const char *name);

/* The function that covers `offset` from the load address; NULL: none is named. Looks at every symbol. */
const Elf64_Sym *symbols_find_by_offset(const struct module *module, uint64_t offset);

/* Lets the search for `offset` find `symbol` (NULL: that none is named there), which is known already. Hot path. */
void symbols_remember(const struct module *module, uint64_t offset, const Elf64_Sym *symbol);

/* The same, remembered. Only for modules that are never unloaded. */
const Elf64_Sym *symbols_find_cached(const struct module *module, uint64_t offset);

#endif
