/*
 * interpose_unshown.c: functions of libc that may create a task and that no call is shown for; the other half is x86_64/passed_on.S. Hot
 * path; forwards to libc.
 *
 * What they create is observed at the site, so it has to be patched before. _IO_popen and _IO_proc_open are what glibc's popen was called
 * in programs of long ago. That there are no others is shown by tests/libcs/sites.c.
 */
#include "preload/passed_on.h"

void interpose_missing_pointer(void);

PASS_ON_WHEN_READY(_IO_popen, interpose_missing_pointer)
PASS_ON_WHEN_READY(_IO_proc_open, interpose_missing_pointer)
