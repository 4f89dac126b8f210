/* Hazard: somebody has changed the function that the loader calls for debuggers, so nobody may write into it. Argument: the path of an
   object with a fork syscall of its own. */
#include "victim.h"

#include <dlfcn.h>
#include <link.h>

extern ElfW(Dyn) _DYNAMIC[]; /* musl declares it nowhere */

/* The loader leaves its address where debuggers look for it. */
static unsigned char *
loader_notice(void)
{
	for (const ElfW(Dyn) *entry = _DYNAMIC; entry->d_tag != DT_NULL; entry++)
		if (entry->d_tag == DT_DEBUG && entry->d_un.d_ptr != 0)
			return (unsigned char *)((const struct r_debug *)entry->d_un.d_ptr)->r_brk;
	return NULL;
}

/* `nop; ret` is as good as `ret`. */
static void
put_nop_before_return(unsigned char *code)
{
	static const unsigned char endbr64[] = {0xf3, 0x0f, 0x1e, 0xfa};
	uintptr_t page = (uintptr_t)code & ~(uintptr_t)4095;

	if (memcmp(code, endbr64, sizeof(endbr64)) == 0)
		code += sizeof(endbr64);
	CHECK(code[0] == 0xc3);
	CHECK(mprotect((void *)page, 8192, PROT_READ | PROT_WRITE | PROT_EXEC) == 0);
	code[1] = 0xc3;
	code[0] = 0x90;
	CHECK(mprotect((void *)page, 8192, PROT_READ | PROT_EXEC) == 0);
}

int
main(int argc, char **argv)
{
	CHECK(argc == 2 && loader_notice() != NULL);
	put_nop_before_return(loader_notice());
	void *object = dlopen(argv[1], RTLD_NOW);
	CHECK(object != NULL);
	pid_t (*forks)(void) = (pid_t(*)(void))dlsym(object, "fork_without_libc"), child;
	CHECK(forks != NULL);
	child = forks();
	if (child == 0)
		_exit(5);
	await_child(child, 5);
	return ok();
}
