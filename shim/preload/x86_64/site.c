/* site.c: see site.h. Constructor, or during the loader's notice. */
#include "preload/x86_64/site.h"

#include <stddef.h>
#include <string.h>

#include "decode/names.h"
#include "preload/unwind_index.h"
#include "preload/x86_64/instruction.h"

#define NEARBY UINT64_C(4096) /* where a neighbour in the link is looked for first: few pages are touched for it */
#define FLOW_MAX 256          /* bytes of an assembly function that does not say where it ends */

/* The bytes of a site. Those of the syscall's number are left out: they are the only ones that vary. */
struct shape {
	uint8_t length;
	uint8_t jump; /* where the five bytes stand that give way */
	uint8_t number, number_length;
	uint8_t code[40];
};

static const struct shape shapes[SITE_SHAPE_COUNT] = {
	[SITE_MOV] = {.length = 7,
		      .jump = 0,
		      .number = 1,
		      .number_length = 4,
		      .code = {0xb8, 0, 0, 0, 0, /* mov $nr,%eax */
			       0x0f, 0x05}},     /* syscall */
	/* sysdeps/unix/sysv/linux/x86_64/syscall.S of glibc */
	[SITE_SYSCALL] = {.length = 25,
			  .jump = 18,
			  .number = 0,
			  .number_length = 0,
			  .code = {0x48, 0x89, 0xf8,             /* mov %rdi,%rax */
				   0x48, 0x89, 0xf7,             /* mov %rsi,%rdi */
				   0x48, 0x89, 0xd6,             /* mov %rdx,%rsi */
				   0x48, 0x89, 0xca,             /* mov %rcx,%rdx */
				   0x4d, 0x89, 0xc2,             /* mov %r8,%r10 */
				   0x4d, 0x89, 0xc8,             /* mov %r9,%r8 */
				   0x4c, 0x8b, 0x4c, 0x24, 0x08, /* mov 8(%rsp),%r9 */
				   0x0f, 0x05}},                 /* syscall */
	/* src/thread/x86_64/clone.s of musl */
	[SITE_MUSL_CLONE] = {.length = 37,
			     .jump = 16,
			     .number = 3,
			     .number_length = 1,
			     .code = {0x31, 0xc0,                   /* xor %eax,%eax */
				      0xb0, 0,                      /* mov $nr,%al */
				      0x49, 0x89, 0xfb,             /* mov %rdi,%r11 */
				      0x48, 0x89, 0xd7,             /* mov %rdx,%rdi */
				      0x4c, 0x89, 0xc2,             /* mov %r8,%rdx */
				      0x4d, 0x89, 0xc8,             /* mov %r9,%r8 */
				      0x4c, 0x8b, 0x54, 0x24, 0x08, /* mov 8(%rsp),%r10 */
				      0x4d, 0x89, 0xd9,             /* mov %r11,%r9 */
				      0x48, 0x83, 0xe6, 0xf0,       /* and $-16,%rsi */
				      0x48, 0x83, 0xee, 0x08,       /* sub $8,%rsi */
				      0x48, 0x89, 0x0e,             /* mov %rcx,(%rsi) */
				      0x0f, 0x05}},                 /* syscall */
};

static bool
looks_like_site(struct site_kind kind, uint64_t address)
{
	const struct shape *shape = &shapes[kind.shape];
	const uint8_t *code = (const uint8_t *)address;
	uint32_t number = 0;

	for (unsigned i = 0; i < shape->length; i++) {
		unsigned place = i - shape->number; /* wraps around in front of the number */

		if (place < shape->number_length)
			number |= (uint32_t)code[i] << (8 * place);
		else if (code[i] != shape->code[i])
			return false;
	}
	return shape->number_length == 0 || number == kind.nr;
}

static uint64_t
end_of_site(enum site_shape shape, uint64_t start)
{
	return start + shapes[shape].length;
}

static uint64_t
target_of(const struct instruction *instruction, uint64_t next)
{
	return next + (uint64_t)(int64_t)instruction->displacement;
}

/* Decodes the whole function: the site must begin with an instruction, and no branch may lead to another of its bytes. */
static bool
is_proven(uint64_t start, uint64_t end, uint64_t site, uint64_t site_end)
{
	bool is_boundary = false;

	for (uint64_t at = start; at < end;) {
		struct instruction instruction;
		uint64_t target;

		if (!instruction_decode((const uint8_t *)at, end - at, &instruction))
			return false;
		is_boundary |= at == site;
		at += instruction.length;
		target = target_of(&instruction, at);
		if (instruction.is_relative_branch && target > site && target < site_end)
			return false;
	}
	return is_boundary;
}

bool
site_text_around(const struct module *module, uint64_t address, uint64_t *start, uint64_t *end)
{
	for (uint32_t i = 0; i < module->program_header_count; i++) {
		const Elf64_Phdr *segment = &module->program_headers[i];

		*start = module->base + segment->p_vaddr;
		*end = *start + segment->p_filesz;
		if (segment->p_type == PT_LOAD && segment->p_flags == (PF_R | PF_X) && address >= *start &&
		    address < *end)
			return true;
	}
	return false;
}

/* Where the flow of the function at `start` ends: behind an instruction that does not go on, and to behind which no branch of the
   function leads. 0: not within `FLOW_MAX` bytes, or something cannot be decoded. A jump that goes far away leaves the function. */
static uint64_t
end_of_flow(const struct module *module, uint64_t start)
{
	uint64_t text, limit, reached = start;

	if (!site_text_around(module, start, &text, &limit))
		return 0;
	limit = limit - start > FLOW_MAX ? start + FLOW_MAX : limit;
	for (uint64_t at = start; at < limit;) {
		struct instruction instruction;
		uint64_t target;

		if (!instruction_decode((const uint8_t *)at, limit - at, &instruction))
			return 0;
		at += instruction.length;
		target = target_of(&instruction, at);
		if (instruction.is_relative_branch && !instruction.is_call && target < limit && target > reached)
			reached = target;
		if (instruction.ends_flow && at > reached)
			return at;
	}
	return 0;
}

/* Whether the eight bytes have an 0x05 among them: the second byte of `syscall`. One test instead of eight, since a program's text
   has megabytes: the classic one for a zero byte, after an exclusive or. */
static bool
has_05(uint64_t word)
{
	uint64_t zeroed = word ^ UINT64_C(0x0505050505050505);

	return ((zeroed - UINT64_C(0x0101010101010101)) & ~zeroed & UINT64_C(0x8080808080808080)) != 0;
}

/* The address behind the first `syscall` instruction, or what looks like one, that ends behind `from` and not behind `to`; 0: none. */
static uint64_t
end_of_next_syscall(uint64_t from, uint64_t to)
{
	for (uint64_t at = from + 1; at < to;) {
		uint64_t word;

		if (at + sizeof(word) <= to) {
			memcpy(&word, (const void *)at, sizeof(word));
			if (!has_05(word)) {
				at += sizeof(word);
				continue;
			}
		}
		for (uint64_t end = at + sizeof(word) < to ? at + sizeof(word) : to; at < end; at++)
			if (*(const uint8_t *)at == 0x05 && *(const uint8_t *)(at - 1) == 0x0f)
				return at + 1;
	}
	return 0;
}

/* The one place from `from` to `to` that looks like a site of that kind; 0: none, or several. Every shape ends in its `syscall`. */
static uint64_t
look_for_one(struct site_kind kind, uint64_t from, uint64_t to)
{
	uint64_t length = shapes[kind.shape].length, found = 0;

	for (uint64_t end = from; (end = end_of_next_syscall(end, to)) != 0;) {
		if (end - from < length || !looks_like_site(kind, end - length))
			continue;
		if (found != 0)
			return 0;
		found = end - length;
	}
	return found;
}

bool
site_find(const struct module *module, struct site_kind kind, uint64_t start, uint64_t end, struct probe_site *site)
{
	uint64_t found;

	if (end == 0)
		end = end_of_flow(module, start);
	found = look_for_one(kind, start, end);
	if (found == 0 || !is_proven(start, end, found, end_of_site(kind.shape, found)))
		return false;
	*site = (struct probe_site){
		.address = end_of_site(kind.shape, found) - SITE_SYSCALL_LENGTH,
		.jump = found + shapes[kind.shape].jump,
		.nr = kind.nr,
		.shape = kind.shape,
	};
	return true;
}

/* A function's unwind information may end at its `syscall`, as glibc's clone and clone3 do, lest a new task be unwound into its
   creator; what follows up to the next function still belongs to it. */
static bool
search_range(const struct module *module, struct site_kind kind, uint64_t from, uint64_t to, struct probe_site *site)
{
	uint64_t found = look_for_one(kind, from, to), start, end;

	if (found == 0 || !unwind_index_function(module, found, &start, &end))
		return false;
	if (end < end_of_site(kind.shape, found))
		end = end_of_site(kind.shape, found);
	return site_find(module, kind, start, end, site);
}

bool
site_search(const struct module *module, struct site_kind kind, uint64_t near, struct probe_site *site)
{
	uint64_t start, end, from, to;

	if (!site_text_around(module, near, &start, &end))
		return false;
	from = near - start > NEARBY ? near - NEARBY : start;
	to = end - near > NEARBY ? near + NEARBY : end;
	return search_range(module, kind, from, to, site) || search_range(module, kind, start, end, site);
}

/* Of an assembly function that is called, only the start is known for sure; that it is one is known from the call. */
bool
site_find_called(const struct module *module, struct site_kind kind, uint64_t start, uint64_t end,
		 struct probe_site *site)
{
	uint64_t found = 0;

	for (uint64_t at = start; at < end;) {
		struct instruction instruction;
		struct probe_site candidate;
		uint64_t target;

		if (!instruction_decode((const uint8_t *)at, end - at, &instruction))
			return false;
		at += instruction.length;
		target = target_of(&instruction, at);
		if (!instruction.is_call || target == found || !site_find(module, kind, target, 0, &candidate))
			continue;
		if (found != 0)
			return false;
		found = target;
		*site = candidate;
	}
	return found != 0;
}

/* `end` is the address behind a `syscall` instruction, or what looks like one. */
static void
examine(const struct module *module, uint64_t end, site_visitor *visit, void *context)
{
	const uint8_t *code = (const uint8_t *)(end - shapes[SITE_MOV].length);
	struct probe_site site = {.address = end - SITE_SYSCALL_LENGTH};
	struct site_kind kind = {SITE_MOV, 0};
	uint64_t start, function_end;

	memcpy(&kind.nr, code + shapes[SITE_MOV].number, sizeof(kind.nr));
	site.nr = kind.nr;
	if (!looks_like_site(kind, (uint64_t)code) || names_creation_syscall(kind.nr) == NULL)
		return;
	if (!unwind_index_function(module, (uint64_t)code, &start, &function_end))
		visit(&site, "in no function that is known", context);
	else if (!site_find(module, kind, start, function_end < end ? end : function_end, &site))
		visit(&site, "not proven to be one", context);
	else
		visit(&site, NULL, context);
}

static void
scan_text(const struct module *module, uint64_t start, uint64_t end, site_visitor *visit, void *context)
{
	for (uint64_t at = start; (at = end_of_next_syscall(at, end)) != 0;)
		if (at - start >= shapes[SITE_MOV].length)
			examine(module, at, visit, context);
}

void
site_scan(const struct module *module, site_visitor *visit, void *context)
{
	for (uint32_t i = 0; i < module->program_header_count; i++) {
		const Elf64_Phdr *segment = &module->program_headers[i];
		uint64_t start = module->base + segment->p_vaddr;

		if (segment->p_type == PT_LOAD && segment->p_flags == (PF_R | PF_X))
			scan_text(module, start, start + segment->p_filesz, visit, context);
	}
}
