/*
 * follow.h: keeps the shim in the programs that a traced program starts with an environment of its own, CLONESHIM_FOLLOW.
 *
 * LD_PRELOAD and the CLONESHIM_* variables, as they were when the program started, are put back into the environment that an exec
 * or a spawn is given, where they are missing. Nothing is allocated and nothing of the program's is changed: the new vector lies
 * on the caller's stack, which outlives an exec, in a child of vfork too. Hot path.
 */
#ifndef PRELOAD_FOLLOW_H
#define PRELOAD_FOLLOW_H

#include <stdbool.h>
#include <stddef.h>

/* Remembers what is to be put back. False: it is more than there is room for, and nothing will be put back. Constructor only. */
bool follow_init(const char *const *environment);

/* Bytes of memory that follow_put_back() needs for `envp`; 0: nothing has to be put back. */
size_t follow_room(char *const *envp);

/* The environment `envp` with what was missing, in `room`, aligned for pointers. */
char *const *follow_put_back(char *const *envp, void *room);

/* `envp`, or what is to be passed on in its stead; valid until the function that it stands in returns. */
#define FOLLOW(envp)                                                                    \
	__extension__({                                                                 \
		size_t room_ = follow_room(envp);                                       \
		room_ == 0 ? (envp) : follow_put_back((envp), __builtin_alloca(room_)); \
	})

#endif
