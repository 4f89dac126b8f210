/* getaddrinfo_a: the look-ups are made by helper threads, which make further ones while there is work. */
#include "victim.h"

#include <netdb.h>
#include <signal.h>

#define LOOKUPS 12

static _Atomic int notified;

static void
on_completion(union sigval value)
{
	(void)value;
	notified++;
}

static void
look_up(int mode, struct sigevent *event)
{
	static const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM};
	struct gaicb requests[LOOKUPS], *list[LOOKUPS];

	for (int i = 0; i < LOOKUPS; i++) {
		requests[i] = (struct gaicb){.ar_name = "127.0.0.1", .ar_request = &hints};
		list[i] = &requests[i];
	}
	CHECK(getaddrinfo_a(mode, list, LOOKUPS, event) == 0);
	for (int i = 0; i < LOOKUPS; i++) {
		while (gai_error(list[i]) == EAI_INPROGRESS)
			gai_suspend((const struct gaicb *const *)&list[i], 1, NULL);
		CHECK(gai_error(list[i]) == 0 && requests[i].ar_result != NULL);
		freeaddrinfo(requests[i].ar_result);
	}
}

int
main(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = on_completion};
	struct gaicb *none[1] = {NULL};

	look_up(GAI_WAIT, NULL);
	look_up(GAI_NOWAIT, NULL);
	look_up(GAI_NOWAIT, &event);
	while (notified < 1)
		usleep(1000);
	CHECK(getaddrinfo_a(99, none, 1, NULL) == EAI_SYSTEM && errno == EINVAL);
	return ok();
}
