/* jump.c: see jump.h. */
#include "preload/x86_64/jump.h"

#include "preload/memory.h"
#include "preload/thunks.h"

static bool
is_in_reach(uint64_t from, uint64_t to)
{
	int64_t distance = (int64_t)(to - from);

	return distance == (int32_t)distance;
}

bool
jump_make(uint8_t jump[JUMP_LENGTH], const struct module *module, uint64_t address, uint64_t target)
{
	uint64_t next = address + JUMP_LENGTH;
	int32_t displacement;

	if (!is_in_reach(next, target))
		target = thunks_make(module->start, target);
	displacement = (int32_t)(target - next);
	jump[0] = 0xe9;
	memcpy(&jump[1], &displacement, sizeof(displacement));
	return target != 0 && is_in_reach(next, target);
}
