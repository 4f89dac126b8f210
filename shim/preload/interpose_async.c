/*
 * interpose_async.c: the functions for which libc keeps helper threads: timers and message queues with SIGEV_THREAD, asynchronous
 * I/O and name look-ups. Hot path; forwards to libc.
 */
#include <aio.h>
#include <mqueue.h>
#include <netdb.h>
#include <signal.h>
#include <time.h>

#include "preload/interpose.h"

EXPORT int
timer_create(clockid_t clockid, struct sigevent *restrict sevp, timer_t *restrict timerid)
{
	INTERPOSE_CALL(int, TIMER_CREATE, (clockid_t, struct sigevent *, timer_t *), (clockid, sevp, timerid), -1,
		       W(clockid), W(sevp), W(timerid));
}

EXPORT int
mq_notify(mqd_t mqdes, const struct sigevent *sevp)
{
	INTERPOSE_CALL(int, MQ_NOTIFY, (mqd_t, const struct sigevent *), (mqdes, sevp), -1, W(mqdes), W(sevp));
}

EXPORT int
getaddrinfo_a(int mode, struct gaicb *list[restrict], int nitems, struct sigevent *restrict sevp)
{
	INTERPOSE_CALL(int, GETADDRINFO_A, (int, struct gaicb **, int, struct sigevent *), (mode, list, nitems, sevp),
		       EAI_SYSTEM, W(mode), W(list), W(nitems), W(sevp));
}

EXPORT int
lio_listio(int mode, struct aiocb *const aiocb_list[restrict], int nitems, struct sigevent *restrict sevp)
{
	INTERPOSE_CALL(int, LIO_LISTIO, (int, struct aiocb *const *, int, struct sigevent *),
		       (mode, aiocb_list, nitems, sevp), -1, W(mode), W(aiocb_list), W(nitems), W(sevp));
}

EXPORT int
aio_read(struct aiocb *aiocbp)
{
	INTERPOSE_CALL(int, AIO_READ, (struct aiocb *), (aiocbp), -1, W(aiocbp));
}

EXPORT int
aio_write(struct aiocb *aiocbp)
{
	INTERPOSE_CALL(int, AIO_WRITE, (struct aiocb *), (aiocbp), -1, W(aiocbp));
}

EXPORT int
aio_fsync(int op, struct aiocb *aiocbp)
{
	INTERPOSE_CALL(int, AIO_FSYNC, (int, struct aiocb *), (op, aiocbp), -1, W(op), W(aiocbp));
}

/* With 64-bit off_t struct aiocb and struct aiocb64 are one, and so are the functions. */
EXPORT_ALIAS(lio_listio)
int lio_listio64(int, struct aiocb64 *const[restrict], int, struct sigevent *restrict) __attribute__((nothrow));
EXPORT_ALIAS(aio_read) int aio_read64(struct aiocb64 *) __attribute__((nothrow));
EXPORT_ALIAS(aio_write) int aio_write64(struct aiocb64 *) __attribute__((nothrow));
EXPORT_ALIAS(aio_fsync) int aio_fsync64(int, struct aiocb64 *) __attribute__((nothrow));
