/* Hazard: the program supplies the stack: the log must show its own address and size, and that libc did not map it. */
#include "victim.h"

#define SIZE (256 * 1024)

static char stack[SIZE] __attribute__((aligned(4096)));

int
main(void)
{
	pthread_attr_t attributes;
	CHECK(pthread_attr_init(&attributes) == 0);
	CHECK(pthread_attr_setstack(&attributes, stack, SIZE) == 0);
	made(getpid(), "thread", create_and_join(&attributes));
	fact_address("stack", stack);
	fact_number("size", SIZE);
	return ok();
}
