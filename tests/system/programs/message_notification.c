/* mq_notify with SIGEV_THREAD: a helper thread of libc waits for the kernel's word and makes a thread for every notification. Exits
   77 without message queues. */
#include "victim.h"

#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>

#define MESSAGES 4

static _Atomic int notified;

static void
on_message(union sigval value)
{
	(void)value;
	notified++;
}

int
main(void)
{
	struct mq_attr attributes = {.mq_maxmsg = 2, .mq_msgsize = 8};
	struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = on_message};
	char name[64], message[8];

	snprintf(name, sizeof(name), "/cloneshim-victim-%d", getpid());
	mqd_t queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attributes);
	if (queue == (mqd_t)-1)
		return 77;
	CHECK(mq_unlink(name) == 0);
	for (int i = 1; i <= MESSAGES; i++) {
		CHECK(mq_notify(queue, &event) == 0);
		CHECK(mq_send(queue, "x", 1, 0) == 0);
		while (notified < i)
			usleep(1000);
		CHECK(mq_receive(queue, message, sizeof(message), NULL) == 1);
	}
	CHECK(mq_notify(queue, &(struct sigevent){.sigev_notify = SIGEV_NONE}) == 0);
	CHECK(mq_notify(queue, NULL) == 0);
	CHECK(mq_notify(-1, NULL) == -1 && errno == EBADF);
	return ok();
}
