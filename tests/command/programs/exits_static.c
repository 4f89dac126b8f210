/* exits_static.c: a program that is linked statically, into which nothing can be preloaded. */
int
main(void)
{
	return 5;
}
