/*
 * later_objects.h: the objects that dlopen brings, searched for creation syscalls before their constructors run.
 *
 * Another thread may unload an object at any time, except while the loader tells debuggers of a change: it calls a function that is
 * empty (r_brk, <link.h>) and holds its lock during the call. The first dlopen has a jump to us written into that function;
 * a program that opens nothing keeps its loader as it was.
 */
#ifndef PRELOAD_LATER_OBJECTS_H
#define PRELOAD_LATER_OBJECTS_H

#include <stdint.h>

/* dlopen was called: makes sure that the loader's next notice comes here, or says why it does not. Hot path. */
void later_objects_expect(void);

/* The loader's notice; `caller` is its return address. Called from assembly, by the task that holds the loader's lock. */
void later_objects_noticed(uint64_t caller);

#endif
