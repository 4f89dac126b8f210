/* symbols.c: see symbols.h. Hot path; calls nothing outside the shim. */
#include "preload/symbols.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "decode/strings.h"
#include "preload/memory.h"
#include "preload/modules.h"
#include "preload/pages.h"

#define VERSION_HIDDEN \
	0x8000 /* DT_VERSYM: not the default version (gABI symbol versioning, glibc's "@" against "@@") */

/* DT_GNU_HASH: bucket count, first hashed symbol, bloom words, bloom shift; then the bloom filter, the buckets, the chain. */
struct gnu_hash {
	uint32_t bucket_count, first, bloom_count, bloom_shift;
	const uint64_t *bloom;
	const uint32_t *buckets, *chain;
};

static struct gnu_hash
gnu_hash_open(const uint32_t *table)
{
	struct gnu_hash hash = {table[0], table[1], table[2], table[3], (const uint64_t *)(table + 4), NULL, NULL};

	hash.buckets = (const uint32_t *)(hash.bloom + hash.bloom_count);
	hash.chain = hash.buckets + hash.bucket_count;
	return hash;
}

static bool
is_wanted(const struct module *module, uint32_t index, const char *name)
{
	const Elf64_Sym *symbol = &module->symbols[index];
	unsigned type = ELF64_ST_TYPE(symbol->st_info);

	if (symbol->st_shndx == SHN_UNDEF || symbol->st_value == 0)
		return false;
	if (type != STT_FUNC && type != STT_GNU_IFUNC && type != STT_NOTYPE)
		return false;
	if (module->versions != NULL && (module->versions[index] & VERSION_HIDDEN) != 0)
		return false;
	return string_equal(module->strings + symbol->st_name, name);
}

static const Elf64_Sym *
find_in_gnu_hash(const struct module *module, const char *name)
{
	struct gnu_hash table = gnu_hash_open(module->gnu_hash);
	uint32_t hash = 5381;
	uint64_t word;

	for (const char *c = name; *c != '\0'; c++)
		hash = hash * 33 + (unsigned char)*c;
	word = table.bloom[(hash / 64) % table.bloom_count];
	if ((word >> (hash % 64) & 1) == 0 || (word >> ((hash >> table.bloom_shift) % 64) & 1) == 0)
		return NULL;
	for (uint32_t i = table.buckets[hash % table.bucket_count]; i >= table.first; i++) {
		uint32_t entry = table.chain[i - table.first];

		if ((entry | 1) == (hash | 1) && is_wanted(module, i, name))
			return &module->symbols[i];
		if ((entry & 1) != 0)
			break;
	}
	return NULL;
}

static const Elf64_Sym *
find_in_sysv_hash(const struct module *module, const char *name)
{
	const uint32_t *table = module->sysv_hash;
	uint32_t bucket_count = table[0];
	uint32_t hash = 0;

	for (const char *c = name; *c != '\0'; c++) {
		hash = (hash << 4) + (unsigned char)*c;
		hash ^= hash >> 24 & 0xf0;
		hash &= 0x0fffffff;
	}
	for (uint32_t i = table[2 + hash % bucket_count]; i != STN_UNDEF; i = table[2 + bucket_count + i])
		if (is_wanted(module, i, name))
			return &module->symbols[i];
	return NULL;
}

const Elf64_Sym *
symbols_find_by_name(const struct module *module, const char *name)
{
	if (module->gnu_hash != NULL)
		return find_in_gnu_hash(module, name);
	if (module->sysv_hash != NULL)
		return find_in_sysv_hash(module, name);
	return NULL;
}

/* Neither table says how many symbols there are; the end of the last GNU chain does. */
static uint32_t
symbol_count(const struct module *module)
{
	struct gnu_hash table;
	uint32_t last = 0;

	if (module->sysv_hash != NULL)
		return module->sysv_hash[1];
	if (module->gnu_hash == NULL)
		return 0;
	table = gnu_hash_open(module->gnu_hash);
	for (uint32_t i = 0; i < table.bucket_count; i++)
		if (table.buckets[i] > last)
			last = table.buckets[i];
	if (last < table.first)
		return table.first;
	while ((table.chain[last - table.first] & 1) == 0)
		last++;
	return last + 1;
}

const Elf64_Sym *
symbols_find_by_offset(const struct module *module, uint64_t offset)
{
	const Elf64_Sym *found = NULL;

	for (uint32_t i = 0, count = symbol_count(module); i < count; i++) {
		const Elf64_Sym *symbol = &module->symbols[i];

		if (symbol->st_shndx == SHN_UNDEF || ELF64_ST_TYPE(symbol->st_info) != STT_FUNC ||
		    offset < symbol->st_value || offset >= symbol->st_value + symbol->st_size)
			continue;
		/* Of several names for one function the shortest is the one that people write: fork, not __libc_fork. */
		if (found == NULL || symbol->st_value > found->st_value ||
		    string_length(module->strings + symbol->st_name) < string_length(module->strings + found->st_name))
			found = symbol;
	}
	return found;
}

/* Each entry is written once, by whoever claims it, and is valid once its address is set; a full set is simply not remembered. */
#define CACHE_SIZE 256
#define CACHE_CLAIMED 1 /* no code stands at address 1 */

static RARELY_USED struct {
	_Atomic uint64_t address;
	const Elf64_Sym *symbol;
} cache[CACHE_SIZE];

static size_t
place_of(uint64_t address)
{
	return (address ^ address >> 12) % CACHE_SIZE;
}

void
symbols_remember(const struct module *module, uint64_t offset, const Elf64_Sym *symbol)
{
	uint64_t address = module->base + offset, none = 0;
	size_t place = place_of(address);

	if (!atomic_compare_exchange_strong(&cache[place].address, &none, CACHE_CLAIMED))
		return;
	cache[place].symbol = symbol;
	atomic_store_explicit(&cache[place].address, address, memory_order_release);
}

const Elf64_Sym *
symbols_find_cached(const struct module *module, uint64_t offset)
{
	uint64_t address = module->base + offset;
	size_t place = place_of(address);
	const Elf64_Sym *symbol;

	if (atomic_load_explicit(&cache[place].address, memory_order_acquire) == address)
		return cache[place].symbol;
	symbol = symbols_find_by_offset(module, offset);
	symbols_remember(module, offset, symbol);
	return symbol;
}
