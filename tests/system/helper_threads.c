/* helper_threads.c: the threads that libc keeps for timers, message queues, look-ups and asynchronous I/O belong to the call that
   they were made for, and so does what they make. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "harness/victim_check.h"

TestSuite(helper_threads, .timeout = 120);

#define THREAD "clone3?\\(.*CLONE_THREAD.*\\) += [0-9]+"

static void
check_helpers(const char *victim, const char *reason, struct victim_runs *runs)
{
	victim_check(&(struct victim){.name = victim, .says_not_all = true}, reason, runs);
	expect_no_orphans(runs->text.log);
}

/* One thread waits for the kernel; each expiration is a thread that it makes. */
Test(helper_threads, of_timer_create)
{
	struct victim_runs runs;
	check_helpers("timer_threads", NULL, &runs);
	const char *log = runs.text.log;
	expect_in_order(
		log,
		(const char *const[]){
			"\\] timer_create\\(clockid=1, sevp=SIGEV_THREAD [a-z_+0-9 (]*timer_threads\\+0x[0-9a-f]+\\)?, "
			"timerid=0x",
			"^\\[[0-9]+\\]   " THREAD "$", "\\] timer_create returned 0 after .*: thread ",
			"^\\[[0-9]+:[0-9]+\\] " THREAD " in a helper thread of timer_create$",
			"sevp=SIGEV_THREAD [^,]* with attributes,", "\\] timer_create returned 0 after [^:]*$",
			"stack_size=0x3[0-9a-f]{4}, .* in a helper thread of timer_create$", "sevp=SIGEV_NONE,",
			"sevp=SIGEV_SIGNAL SIGUSR1,", "sevp=SIGEV_THREAD_ID SIGUSR1 to [0-9]+,", "sevp=NULL,",
			"timer_create\\(clockid=12345,", "timer_create returned -1 EINVAL", NULL});
	cr_assert_geq(run_count_matches(log, " in a helper thread of timer_create$"), 12, "%s", log);
	expect_matches(log, 1, "^\\[[0-9]+\\]   " THREAD "$");
	victim_free(&runs);
}

Test(helper_threads, of_mq_notify)
{
	struct victim_runs runs;
	check_helpers("message_notification", "there are no message queues here", &runs);
	const char *log = runs.text.log;
	expect_in_order(log, (const char *const[]){
				     "\\] mq_notify\\(mqdes=[0-9]+, sevp=SIGEV_THREAD ", "^\\[[0-9]+\\]   " THREAD "$",
				     "\\] mq_notify returned 0 after .*: thread ", " in a helper thread of mq_notify$",
				     "sevp=SIGEV_NONE\\)", "sevp=NULL\\)", "mq_notify returned -1 EBADF", NULL});
	expect_matches(log, 4, "^\\[[0-9]+:[0-9]+\\] " THREAD " in a helper thread of mq_notify$");
	victim_free(&runs);
}

Test(helper_threads, of_getaddrinfo_a)
{
	struct victim_runs runs;
	check_helpers("name_lookups", NULL, &runs);
	const char *log = runs.text.log;
	expect_in_order(log, (const char *const[]){
				     "\\] getaddrinfo_a\\(mode=0, list=0x[0-9a-f]+, nitems=12, sevp=NULL\\)",
				     "^\\[[0-9]+\\]   " THREAD "$", "\\] getaddrinfo_a returned 0 after .*: thread ",
				     "\\] getaddrinfo_a\\(mode=1, .* sevp=SIGEV_THREAD ",
				     "\\] getaddrinfo_a returned -11 after ", NULL});
	victim_free(&runs);
}

/* A worker a file; the first ones are made by the caller, the others by workers. */
Test(helper_threads, of_asynchronous_io)
{
	struct victim_runs runs;
	check_helpers("asynchronous_io", NULL, &runs);
	const char *log = runs.text.log;
	expect_in_order(
		log, (const char *const[]){
			     "\\] aio_write\\(aiocbp=0x[0-9a-f]+\\)", "^\\[[0-9]+\\]   " THREAD "$",
			     "\\] aio_write returned 0 after .*: thread ", "\\] aio_fsync\\(op=[0-9]+, aiocbp=0x",
			     "\\] aio_fsync returned 0", "\\] aio_read\\(aiocbp=0x", "\\] aio_fsync returned -1 EINVAL",
			     "\\] lio_listio\\(mode=0, aiocb_list=0x[0-9a-f]+, nitems=8, sevp=NULL\\)",
			     "\\] lio_listio\\(mode=1, .*, sevp=SIGEV_THREAD ", "\\] lio_listio returned 0", NULL});
	expect_some_match(log, "^\\[[0-9]+:[0-9]+\\] " THREAD " in a helper thread of (aio_[a-z]+|lio_listio)$");
	expect_matches(log, 8, "\\] aio_write returned 0");
	expect_matches(log, 8, "\\] aio_read returned 0");
	expect_matches(log, 8, "\\] aio_fsync returned 0");
	victim_free(&runs);
}
