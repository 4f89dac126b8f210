/* Hazard: another preloaded object wraps fork and pthread_create too, looks up the next one by dlsym, and forwards. */
#include <dlfcn.h>
#include <pthread.h>
#include <unistd.h>

/* The results are kept until after the call, so that it is no jump and we are the caller that the next one sees. */
static volatile int kept;

pid_t
fork(void)
{
	pid_t (*next)(void) = (pid_t(*)(void))dlsym(RTLD_NEXT, "fork");
	pid_t child = next();
	kept = child;
	return child;
}

int
pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *arg)
{
	int (*next)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *) =
		(int (*)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *))dlsym(RTLD_NEXT,
											       "pthread_create");
	int error = next(thread, attributes, start, arg);
	kept = error;
	return error;
}
