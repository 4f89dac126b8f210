/* Hazard: every process forks until there can be no more (RLIMIT_NPROC, as a user without privileges): each failure is shown, and
   nobody hangs. Exits 77 when it cannot become such a user. */
#include "victim.h"

#include <grp.h>
#include <sys/resource.h>

#define PROCESSES 40
#define RECORDS 400

/* Shared by all of them. */
struct shared {
	_Atomic int full; /* somebody was refused: no more forks */
	_Atomic int count;
	struct {
		pid_t by, child;
	} records[RECORDS];
};

static void
record(struct shared *shared, pid_t child)
{
	int place = shared->count++;
	CHECK(place < RECORDS);
	shared->records[place].by = getpid();
	shared->records[place].child = child;
}

/* Forks until nobody can any more, then waits for all its own. */
static void
explode(struct shared *shared)
{
	while (!shared->full) {
		pid_t child = fork();
		if (child == 0)
			continue; /* with no children yet: those are its parent's */
		record(shared, child);
		if (child < 0) {
			CHECK(errno == EAGAIN);
			shared->full = 1;
		}
	}
	while (wait(NULL) > 0)
		;
	CHECK(errno == ECHILD);
}

int
main(void)
{
	uid_t nobody_else = 200000 + (uid_t)getpid(); /* the limit counts all processes of a user */
	struct shared *shared = shared_memory(sizeof(*shared));
	pid_t first = getpid();

	if (getuid() != 0 || setgroups(0, NULL) != 0 || setresgid(nobody_else, nobody_else, nobody_else) != 0 ||
	    setrlimit(RLIMIT_NPROC, &(struct rlimit){PROCESSES, PROCESSES}) != 0 ||
	    setresuid(nobody_else, nobody_else, nobody_else) != 0)
		return 77;
	explode(shared);
	if (getpid() != first)
		_exit(0);
	for (int i = 0; i < shared->count; i++)
		if (shared->records[i].child > 0)
			made(shared->records[i].by, "process", shared->records[i].child);
		else
			made_error(shared->records[i].by, "process", "EAGAIN");
	return ok();
}
