/* The same object, as large, with its syscall at another address: who takes one for the other jumps to the wrong place. */
static __attribute__((used)) void
stands_in_front(void)
{
	__asm__ volatile(".skip 128, 0x90");
}

#include "forks_in_constructor.c"
