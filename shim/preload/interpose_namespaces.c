/* interpose_namespaces.c: unshare(2) and setns(2), which change what the caller shares. Hot path; forwards to libc. */
#include <sched.h>

#include "preload/interpose.h"

EXPORT int
unshare(int flags)
{
	INTERPOSE_CALL(int, UNSHARE, (int), (flags), -1, W(flags));
}

EXPORT int
setns(int fd, int nstype)
{
	INTERPOSE_CALL(int, SETNS, (int, int), (fd, nstype), -1, W(fd), W(nstype));
}
