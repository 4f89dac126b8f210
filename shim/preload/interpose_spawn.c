/* interpose_spawn.c: posix_spawn(3) and its kin. Hot path; forwards to libc. */
#include <spawn.h>

#include "preload/follow.h"
#include "preload/interpose.h"

#define SPAWN_TYPES(id_type)                                                                                    \
	(id_type *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *, char *const *, \
	 char *const *)
#define SPAWN_WORDS(id) W(id), W(file), W(actions), W(attributes), W(argv), W(envp)

EXPORT int
posix_spawn(pid_t *restrict id, const char *restrict file, const posix_spawn_file_actions_t *restrict actions,
	    const posix_spawnattr_t *restrict attributes, char *const *restrict argv, char *const *restrict envp)
{
	char *const *passed = FOLLOW(envp);

	INTERPOSE_CALL(int, POSIX_SPAWN, SPAWN_TYPES(pid_t), (id, file, actions, attributes, argv, passed), ENOSYS,
		       SPAWN_WORDS(id));
}

EXPORT int
posix_spawnp(pid_t *restrict id, const char *restrict file, const posix_spawn_file_actions_t *restrict actions,
	     const posix_spawnattr_t *restrict attributes, char *const *restrict argv, char *const *restrict envp)
{
	char *const *passed = FOLLOW(envp);

	INTERPOSE_CALL(int, POSIX_SPAWNP, SPAWN_TYPES(pid_t), (id, file, actions, attributes, argv, passed), ENOSYS,
		       SPAWN_WORDS(id));
}

/* glibc 2.39 and later; declared here for the headers of older ones. */
int pidfd_spawn(int *restrict, const char *restrict, const posix_spawn_file_actions_t *restrict,
		const posix_spawnattr_t *restrict, char *const *restrict, char *const *restrict);
int pidfd_spawnp(int *restrict, const char *restrict, const posix_spawn_file_actions_t *restrict,
		 const posix_spawnattr_t *restrict, char *const *restrict, char *const *restrict);

EXPORT int
pidfd_spawn(int *restrict id, const char *restrict file, const posix_spawn_file_actions_t *restrict actions,
	    const posix_spawnattr_t *restrict attributes, char *const *restrict argv, char *const *restrict envp)
{
	char *const *passed = FOLLOW(envp);

	INTERPOSE_CALL(int, PIDFD_SPAWN, SPAWN_TYPES(int), (id, file, actions, attributes, argv, passed), ENOSYS,
		       SPAWN_WORDS(id));
}

EXPORT int
pidfd_spawnp(int *restrict id, const char *restrict file, const posix_spawn_file_actions_t *restrict actions,
	     const posix_spawnattr_t *restrict attributes, char *const *restrict argv, char *const *restrict envp)
{
	char *const *passed = FOLLOW(envp);

	INTERPOSE_CALL(int, PIDFD_SPAWNP, SPAWN_TYPES(int), (id, file, actions, attributes, argv, passed), ENOSYS,
		       SPAWN_WORDS(id));
}
