/* Hazard: fork while other threads are inside the shim: the child must find nothing locked and no frames but its own. Eight
   threads create threads all the time, and each forks in between; the child creates a thread itself. */
#include "victim.h"

#define CREATORS 8
#define ROUNDS 30

struct creation {
	pid_t creator, thread, child, thread_of_child;
};

static struct creation (*creations)[ROUNDS];

static void *
create_and_fork(void *arg)
{
	struct creation *own = arg;
	for (int i = 0; i < ROUNDS; i++) {
		own[i].creator = gettid();
		own[i].thread = create_and_join(NULL);
		pid_t child = fork();
		CHECK(child >= 0);
		if (child == 0) {
			own[i].thread_of_child = create_and_join(NULL);
			_exit(7);
		}
		own[i].child = child;
		await_child(child, 7);
	}
	return NULL;
}

int
main(void)
{
	pthread_t threads[CREATORS];
	creations = shared_memory(CREATORS * sizeof(*creations));
	for (int i = 0; i < CREATORS; i++)
		CHECK(pthread_create(&threads[i], NULL, create_and_fork, creations[i]) == 0);
	for (int i = 0; i < CREATORS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	for (int i = 0; i < CREATORS; i++) {
		made(getpid(), "thread", creations[i][0].creator);
		for (int j = 0; j < ROUNDS; j++) {
			made(creations[i][j].creator, "thread", creations[i][j].thread);
			made(creations[i][j].creator, "process", creations[i][j].child);
			made(creations[i][j].child, "thread", creations[i][j].thread_of_child);
		}
	}
	return ok();
}
