/*
 * names_syscall.c: the names of all system calls of x86-64. The table is made from the kernel's own header, <asm/unistd_64.h>, when this is
 * built: a line SYSCALL_NAME(number, name) each. Pure data and a search; safe on the hot path.
 */
#include "decode/names.h"

#define SYSCALL_NAME(nr, name) [nr] = #name,

/* One after the other would be shorter, but a search by number must not walk through them. */
static const char names[][24] = {
#include "decode/syscall_names.h"
};

const char *
names_syscall(uint32_t nr)
{
	return nr < sizeof names / sizeof *names && *names[nr] ? names[nr] : NULL;
}
