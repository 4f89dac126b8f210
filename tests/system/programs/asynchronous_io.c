/* aio_write, aio_read, aio_fsync and lio_listio on several files at once: libc has one worker thread a file, and workers make
   workers. */
#include "victim.h"

#include <aio.h>
#include <fcntl.h>
#include <signal.h>

#define FILES 8
#define SIZE 65536

static char written[FILES][SIZE], found[FILES][SIZE];
static struct aiocb blocks[FILES];
static _Atomic int notified;

static void
on_completion(union sigval value)
{
	(void)value;
	notified++;
}

static void
prepare(int fds[FILES], char buffers[FILES][SIZE], int operation)
{
	for (int i = 0; i < FILES; i++)
		blocks[i] = (struct aiocb){.aio_fildes = fds[i],
					   .aio_buf = buffers[i],
					   .aio_nbytes = SIZE,
					   .aio_lio_opcode = operation,
					   .aio_sigevent.sigev_notify = SIGEV_NONE};
}

static void
await_all(ssize_t expected)
{
	for (int i = 0; i < FILES; i++) {
		const struct aiocb *one[] = {&blocks[i]};
		while (aio_error(&blocks[i]) == EINPROGRESS)
			aio_suspend(one, 1, NULL);
		CHECK(aio_error(&blocks[i]) == 0 && aio_return(&blocks[i]) == expected);
	}
}

static void
call_aio(int fds[FILES])
{
	prepare(fds, written, LIO_NOP);
	for (int i = 0; i < FILES; i++)
		CHECK(aio_write(&blocks[i]) == 0);
	await_all(SIZE);
	for (int i = 0; i < FILES; i++)
		CHECK(aio_fsync(i % 2 ? O_DSYNC : O_SYNC, &blocks[i]) == 0);
	await_all(0);
	prepare(fds, found, LIO_NOP);
	for (int i = 0; i < FILES; i++)
		CHECK(aio_read(&blocks[i]) == 0);
	await_all(SIZE);
	CHECK(memcmp(written, found, sizeof(written)) == 0);
	CHECK(aio_fsync(12345, &blocks[0]) == -1 && errno == EINVAL);
}

static void
call_lio_listio(int fds[FILES])
{
	struct aiocb *list[FILES];
	struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = on_completion};

	for (int i = 0; i < FILES; i++)
		list[i] = &blocks[i];
	prepare(fds, written, LIO_WRITE);
	CHECK(lio_listio(LIO_WAIT, list, FILES, NULL) == 0);
	await_all(SIZE);
	memset(found, 0, sizeof(found));
	prepare(fds, found, LIO_READ);
	CHECK(lio_listio(LIO_NOWAIT, list, FILES, &event) == 0);
	while (notified < 1)
		usleep(1000);
	await_all(SIZE);
	CHECK(memcmp(written, found, sizeof(written)) == 0);
}

int
main(void)
{
	int fds[FILES];

	for (int i = 0; i < FILES; i++) {
		char path[] = "/tmp/cloneshim-victim-XXXXXX";
		fds[i] = mkstemp(path);
		CHECK(fds[i] >= 0 && unlink(path) == 0);
		memset(written[i], 'a' + i, SIZE);
	}
	call_aio(fds);
	call_lio_listio(fds);
	return ok();
}
