/* real.c: see real.h. Hot path. */
#include "preload/real.h"

#include <stdatomic.h>
#include <stddef.h>

#include "preload/modules.h"

static _Atomic uint64_t functions[LIBC_CALL_COUNT];
static _Atomic uint64_t errno_location;

void *
real_function(enum libc_call call)
{
	uint64_t address = atomic_load_explicit(&functions[call], memory_order_relaxed);

	if (address == 0) {
		address = modules_find_next(libc_call_info(call)->name);
		atomic_store_explicit(&functions[call], address, memory_order_relaxed);
	}
	return (void *)address;
}

static int *
errno_of_thread(void)
{
	uint64_t address = atomic_load_explicit(&errno_location, memory_order_relaxed);

	if (address == 0) {
		address = modules_find_next("__errno_location");
		atomic_store_explicit(&errno_location, address, memory_order_relaxed);
	}
	return address != 0 ? ((int *(*)(void))address)() : NULL;
}

int
real_errno(void)
{
	const int *location = errno_of_thread();

	return location != NULL ? *location : 0;
}

void
real_set_errno(int error)
{
	int *location = errno_of_thread();

	if (location != NULL)
		*location = error;
}
