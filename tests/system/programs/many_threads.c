/* Hazard: volume. Creates and joins [N] threads (default 20,000), up to 8 at a time. */
#include "victim.h"

#define AT_A_TIME 8

int
main(int argc, char **argv)
{
	int count = argc > 1 ? atoi(argv[1]) : 20000;
	static pid_t tids[AT_A_TIME];
	long sum = 0;
	for (int done = 0; done < count;) {
		pthread_t threads[AT_A_TIME];
		int now = count - done < AT_A_TIME ? count - done : AT_A_TIME;
		for (int i = 0; i < now; i++)
			CHECK(pthread_create(&threads[i], NULL, store_tid, &tids[i]) == 0);
		for (int i = 0; i < now; i++) {
			CHECK(pthread_join(threads[i], NULL) == 0);
			sum += tids[i];
		}
		done += now;
	}
	fact_number("sum_of_tids", sum);
	return ok();
}
