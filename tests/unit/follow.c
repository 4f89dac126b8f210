/* follow.c: what is put back into an environment. follow_init() remembers, so each test has a process of its own (Criterion's). */
#include "preload/follow.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

#include "preload/memory.h"

/* In the kernel's stead, who is asked in memory.c: only the first page cannot be read. */
bool
memory_reaches(struct memory_reader *reader, uint64_t address)
{
	(void)reader;
	return address >= 4096;
}

static const char *const started_with[] = {"HOME=/", "LD_PRELOAD=/lib/shim.so", "CLONESHIM_FORMAT=strace", NULL};

/* The environment that is passed on for `envp`, one entry a line. */
static const char *
followed(char *const *envp)
{
	static char text[1024];
	static _Alignas(void *) char memory[1024];
	size_t room = follow_room(envp);
	char *const *passed;

	cr_assert_leq(room, sizeof(memory));
	passed = room == 0 ? envp : follow_put_back(envp, memory);
	text[0] = '\0';
	for (size_t i = 0; passed != NULL && passed[i] != NULL; i++) {
		strcat(text, passed[i]);
		strcat(text, "\n");
	}
	return text;
}

#define ENVIRONMENT(...) ((char *const *)(const char *[]){__VA_ARGS__, NULL})

Test(follow, cleared_environment, .timeout = 20)
{
	char *empty[] = {NULL};

	cr_assert(follow_init(started_with));
	cr_expect_str_eq(followed(empty), "LD_PRELOAD=/lib/shim.so\nCLONESHIM_FORMAT=strace\n");
	cr_expect_str_eq(followed(NULL), "LD_PRELOAD=/lib/shim.so\nCLONESHIM_FORMAT=strace\n");
}

/* What the program set for its child is the child's: another format, further preloads. */
Test(follow, nothing_is_overridden, .timeout = 20)
{
	cr_assert(follow_init(started_with));
	cr_expect_str_eq(followed(ENVIRONMENT("CLONESHIM_FORMAT=text", "A=b")),
			 "CLONESHIM_FORMAT=text\nA=b\nLD_PRELOAD=/lib/shim.so\n");
	cr_expect_str_eq(followed(ENVIRONMENT("LD_PRELOAD=/lib/other.so", "CLONESHIM_FORMAT=strace")),
			 "LD_PRELOAD=/lib/shim.so:/lib/other.so\nCLONESHIM_FORMAT=strace\n");
}

Test(follow, complete_environment_is_passed_on_as_it_is, .timeout = 20)
{
	cr_assert(follow_init(started_with));
	cr_expect_eq(follow_room(ENVIRONMENT("CLONESHIM_FORMAT=strace", "LD_PRELOAD=/lib/a.so:/lib/shim.so")), 0);
}

Test(follow, names_that_only_begin_alike, .timeout = 20)
{
	cr_assert(follow_init(started_with));
	cr_expect_str_eq(followed(ENVIRONMENT("LD_PRELOADED=1", "CLONESHIM_FORMATS=2")),
			 "LD_PRELOADED=1\nCLONESHIM_FORMATS=2\nLD_PRELOAD=/lib/shim.so\nCLONESHIM_FORMAT=strace\n");
}

Test(follow, off_unless_asked_for, .timeout = 20)
{
	char *empty[] = {NULL};

	cr_expect_eq(follow_room(empty), 0);
}

Test(follow, more_than_there_is_room_for, .timeout = 20)
{
	static char large[9000] = "LD_PRELOAD=";
	const char *const environment[] = {large, NULL};
	char *empty[] = {NULL};

	memset(large + strlen(large), 'x', sizeof(large) - strlen(large) - 1);
	cr_expect_not(follow_init(environment));
	cr_expect_eq(follow_room(empty), 0);
}

/* The kernel will refuse it: nothing is added, and nothing is read. */
Test(follow, environment_that_cannot_be_read, .timeout = 20)
{
	char *const bad_entry[] = {(char *)"HOME=/", (char *)1, NULL};

	cr_assert(follow_init(started_with));
	cr_expect_eq(follow_room((char *const *)8), 0);
	cr_expect_eq(follow_room(bad_entry), 0);
}
