/*
 * render_strace.c: the strace notation against lines that strace 6.1 itself wrote.
 *
 * Each line of the table was printed by `strace -f -e trace=clone,clone3,fork,vfork -o FILE` for a program that made this
 * very syscall (Linux 6.18, as root); beside it stands what an observer inside the program knows of the same syscall. The
 * program had its clone_args at ARGS, the words for ids at TIDS in the same page, and a stack at STACK.
 */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/syscall.h>

#include "decode/render.h"
#include "rendered.h"

#define ARGS 0x10000000
#define TIDS 0x10000400
#define STACK 0x20000000
#define TID 11098 /* of the program that strace ran */

#define RESULT(value) .head = {.pid = TID, .tid = TID}, .returned = true, .result = (value)
#define CLONE(value, ...)                                               \
	{                                                               \
		.nr = SYS_clone, RESULT(value), .args = { __VA_ARGS__ } \
	}
#define CLONE3(value, size, ...)                                                                            \
	{                                                                                                   \
		.nr = SYS_clone3, RESULT(value), .memory_observed = true, .args = {ARGS, size}, __VA_ARGS__ \
	}
#define CLONE3_FAULT(value, address, size)                                                       \
	{                                                                                        \
		.nr = SYS_clone3, RESULT(value), .memory_fault = true, .args = { address, size } \
	}

struct strace_line {
	const char *line;
	struct event_syscall event;
};

/* clang-format off */
static const struct strace_line lines[] = {
	{"11098 fork()                            = 11101",
	 {.nr = SYS_fork, RESULT(11101)}},
	{"11098 vfork()                           = 11102",
	 {.nr = SYS_vfork, RESULT(11102)}},
	{"11098 clone(child_stack=NULL, flags=SIGCHLD) = 11104",
	 CLONE(11104, SIGCHLD)},
	{"11098 clone(child_stack=NULL, flags=0)  = 11106",
	 CLONE(11106, 0)},
	{"11098 clone(child_stack=NULL, flags=0x400000 /* CLONE_??? */|SIGCHLD) = 11107",
	 CLONE(11107, SIGCHLD | 0x400000)},
	{"11098 clone(child_stack=NULL, flags=0x400000 /* CLONE_??? */) = 11108",
	 CLONE(11108, 0x400000)},
	{"11098 clone(child_stack=NULL, flags=CLONE_VM|CLONE_VFORK|0x400000|SIGCHLD) = 11109",
	 CLONE(11109, 0x400000 | CLONE_VM | CLONE_VFORK | SIGCHLD)},
	{"11098 clone(child_stack=NULL, flags=0x100000000 /* CLONE_??? */|SIGCHLD) = 11110",
	 CLONE(11110, 0x100000000 | SIGCHLD)},
	{"11098 clone(child_stack=NULL, flags=CLONE_FS|0xf00000000) = 11111",
	 CLONE(11111, 0xf00000000 | CLONE_FS)},
	{"11098 clone(child_stack=NULL, flags=SIGRTMIN) = 11112",
	 CLONE(11112, 32)},
	{"11098 clone(child_stack=NULL, flags=SIGRT_1) = 11113",
	 CLONE(11113, 33)},
	{"11098 clone(child_stack=NULL, flags=SIGRT_2) = 11114",
	 CLONE(11114, 34)},
	{"11098 clone(child_stack=NULL, flags=SIGRT_32) = 11115",
	 CLONE(11115, 64)},
	{"11098 clone(child_stack=NULL, flags=65) = 11116",
	 CLONE(11116, 65)},
	{"11098 clone(child_stack=NULL, flags=128) = 11117",
	 CLONE(11117, 0x80)},
	{"11098 clone(child_stack=NULL, flags=255) = 11118",
	 CLONE(11118, 255)},
	{"11098 clone(child_stack=NULL, flags=SIGSYS) = 11119",
	 CLONE(11119, 31)},
	{"11098 clone(child_stack=NULL, flags=SIGSTKFLT) = 11120",
	 CLONE(11120, 16)},
	{"11098 clone(child_stack=NULL, flags=SIGIO) = 11121",
	 CLONE(11121, 29)},
	{"11098 clone(child_stack=NULL, flags=SIGPWR) = 11122",
	 CLONE(11122, 30)},
	{"11098 clone(child_stack=NULL, flags=SIGRT_31) = 11123",
	 CLONE(11123, 63)},
	{"11098 clone(child_stack=NULL, flags=CLONE_FS|65) = 11124",
	 CLONE(11124, CLONE_FS | 65)},
	{"11098 clone(child_stack=0x20010000, flags=SIGCHLD) = 11125",
	 CLONE(11125, SIGCHLD, STACK + 0x10000)},
	{"11098 clone(child_stack=NULL, flags=CLONE_PARENT_SETTID|SIGCHLD, parent_tid=[11126]) = 11126",
	 CLONE(11126, CLONE_PARENT_SETTID | SIGCHLD, 0, TIDS)},
	{"11098 clone(child_stack=NULL, flags=CLONE_PIDFD|SIGCHLD, parent_tid=[3]) = 11127",
	 {.nr = SYS_clone, RESULT(11127), .args = {CLONE_PIDFD | SIGCHLD, 0, TIDS}, .pidfd_observed = true, .pidfd = 3}},
	{"11098 clone(child_stack=NULL, flags=CLONE_PIDFD|SIGCHLD, parent_tid=NULL) = -1 EFAULT (Bad address)",
	 CLONE(-EFAULT, CLONE_PIDFD | SIGCHLD)},
	{"11098 clone(child_stack=NULL, flags=CLONE_PIDFD|CLONE_PARENT_SETTID|SIGCHLD, parent_tid=0x10000400) = -1 EINVAL (Invalid argument)",
	 CLONE(-EINVAL, CLONE_PIDFD | CLONE_PARENT_SETTID | SIGCHLD, 0, TIDS)},
	{"11098 clone(child_stack=NULL, flags=CLONE_PARENT_SETTID|SIGCHLD, parent_tid=0x8) = 11129",
	 {.nr = SYS_clone, RESULT(11129), .args = {CLONE_PARENT_SETTID | SIGCHLD, 0, 8}, .parent_tid_fault = true}},
	{"11098 clone(child_stack=NULL, flags=CLONE_PARENT_SETTID|SIGCHLD, parent_tid=NULL) = 11130",
	 CLONE(11130, CLONE_PARENT_SETTID | SIGCHLD)},
	{"11098 clone(child_stack=NULL, flags=CLONE_SETTLS|CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, tls=NULL, child_tidptr=0x10000400) = 11131",
	 CLONE(11131, CLONE_SETTLS | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD, 0, 0, TIDS)},
	{"11098 clone(child_stack=0x20010000, flags=CLONE_VM|CLONE_SETTLS|CLONE_CHILD_CLEARTID|SIGCHLD, tls=0x1234, child_tidptr=0x10000400) = 11132",
	 CLONE(11132, CLONE_SETTLS | CLONE_VM | CLONE_CHILD_CLEARTID | SIGCHLD, STACK + 0x10000, 0, TIDS, 0x1234)},
	{"11098 clone(child_stack=NULL, flags=CLONE_THREAD) = -1 EINVAL (Invalid argument)",
	 CLONE(-EINVAL, CLONE_THREAD)},
	{"11098 clone(child_stack=NULL, flags=CLONE_THREAD|CLONE_PARENT_SETTID, parent_tid=0x10000400) = -1 EINVAL (Invalid argument)",
	 CLONE(-EINVAL, CLONE_PARENT_SETTID | CLONE_THREAD, 0, TIDS)},
	{"11098 clone(child_stack=NULL, flags=CLONE_PIDFD|CLONE_THREAD, parent_tid=0x10000400) = -1 EINVAL (Invalid argument)",
	 CLONE(-EINVAL, CLONE_PIDFD | CLONE_THREAD, 0, TIDS)},
	{"11098 clone(child_stack=NULL, flags=CLONE_THREAD|CLONE_SETTLS|CLONE_CHILD_SETTID, tls=NULL, child_tidptr=0x10000400) = -1 EINVAL (Invalid argument)",
	 CLONE(-EINVAL, CLONE_THREAD | CLONE_CHILD_SETTID | CLONE_SETTLS, 0, TIDS, TIDS)},
	{"11098 clone(child_stack=NULL, flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_PIDFD|CLONE_PTRACE|CLONE_VFORK|CLONE_PARENT|CLONE_THREAD|CLONE_NEWNS|CLONE_SYSVSEM|CLONE_SETTLS|CLONE_PARENT_SETTID|CLONE_CHILD_CLEARTID|CLONE_UNTRACED|CLONE_CHILD_SETTID|CLONE_NEWCGROUP|CLONE_NEWUTS|CLONE_NEWIPC|CLONE_NEWUSER|CLONE_NEWPID|CLONE_NEWNET|CLONE_IO|0xffffffff00400000|255, parent_tid=0x10000400, tls=NULL, child_tidptr=0x10000400) = -1 EINVAL (Invalid argument)",
	 CLONE(-EINVAL, ~0ULL, 0, TIDS, TIDS)},
	{"11098 clone(child_stack=NULL, flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_PIDFD|CLONE_PTRACE|CLONE_VFORK|CLONE_PARENT|CLONE_THREAD|CLONE_NEWNS|CLONE_SYSVSEM|CLONE_SETTLS|CLONE_PARENT_SETTID|CLONE_CHILD_CLEARTID|CLONE_UNTRACED|CLONE_CHILD_SETTID|CLONE_NEWCGROUP|CLONE_NEWUTS|CLONE_NEWIPC|CLONE_NEWUSER|CLONE_NEWPID|CLONE_NEWNET|CLONE_IO|0x400000, parent_tid=0x10000400, tls=NULL, child_tidptr=0x10000400) = -1 EINVAL (Invalid argument)",
	 CLONE(-EINVAL, 0xffffff00, 0, TIDS, TIDS)},
	{"11098 clone(child_stack=NULL, flags=CLONE_NEWNS|CLONE_NEWCGROUP|CLONE_NEWUTS|CLONE_NEWIPC|CLONE_NEWPID|CLONE_NEWNET|CLONE_IO|SIGCHLD) = 11134",
	 CLONE(11134, CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWCGROUP | CLONE_IO | SIGCHLD)},
	{"11098 clone(child_stack=NULL, flags=CLONE_NEWUSER|SIGCHLD) = 11135",
	 CLONE(11135, CLONE_NEWUSER | SIGCHLD)},
	{"11098 clone3({flags=0, exit_signal=SIGCHLD, stack=NULL, stack_size=0}, 64) = 11137",
	 CLONE3(11137, 64, .clone3.exit_signal = SIGCHLD)},
	{"11098 clone3({flags=0, exit_signal=SIGCHLD, stack=NULL, stack_size=0}, 80) = 11138",
	 CLONE3(11138, 80, .clone3.exit_signal = SIGCHLD)},
	{"11098 clone3({flags=0, exit_signal=SIGCHLD, stack=NULL, stack_size=0}, 88) = 11139",
	 CLONE3(11139, 88, .clone3.exit_signal = SIGCHLD)},
	{"11098 clone3(0x10000000, 0)             = -1 EINVAL (Invalid argument)",
	 CLONE3(-EINVAL, 0, .clone3.exit_signal = SIGCHLD)},
	{"11098 clone3(0x10000000, 63)            = -1 EINVAL (Invalid argument)",
	 CLONE3(-EINVAL, 63, .clone3.exit_signal = SIGCHLD)},
	{"11098 clone3({flags=0, exit_signal=SIGCHLD, stack=NULL, stack_size=0}, 72) = 11140",
	 CLONE3(11140, 72, .clone3.exit_signal = SIGCHLD)},
	{"11098 clone3({flags=0, exit_signal=SIGCHLD, stack=NULL, stack_size=0}, 65) = 11141",
	 CLONE3(11141, 65, .clone3.exit_signal = SIGCHLD)},
	{"11098 clone3(NULL, 88)                  = -1 EFAULT (Bad address)",
	 CLONE3_FAULT(-EFAULT, 0, 88)},
	{"11098 clone3(0x8, 88)                   = -1 EFAULT (Bad address)",
	 CLONE3_FAULT(-EFAULT, 8, 88)},
	{"11098 clone3(0x10000fd8, 88)            = -1 EFAULT (Bad address)",
	 CLONE3_FAULT(-EFAULT, ARGS + 4096 - 40, 88)},
	{"11098 clone3(0x8, 0)                    = -1 EINVAL (Invalid argument)",
	 CLONE3_FAULT(-EINVAL, 8, 0)},
	{"11098 clone3(NULL, 0)                   = -1 EINVAL (Invalid argument)",
	 CLONE3_FAULT(-EINVAL, 0, 0)},
	{"11098 clone3(0x8, 5000)                 = -1 E2BIG (Argument list too long)",
	 CLONE3_FAULT(-E2BIG, 8, 5000)},
	{"11098 clone3({flags=0, exit_signal=SIGCHLD, stack=NULL, stack_size=0}, 96) = 11142",
	 CLONE3(11142, 96, .clone3.exit_signal = SIGCHLD, .tail_length = 8)},
	{"11098 clone3({flags=0, exit_signal=SIGCHLD, stack=NULL, stack_size=0}, 128) = 11143",
	 CLONE3(11143, 128, .clone3.exit_signal = SIGCHLD, .tail_length = 40)},
	{"11098 clone3({flags=0, exit_signal=SIGCHLD, stack=NULL, stack_size=0, /* bytes 88..95 */ \"\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\"}, 96) = -1 E2BIG (Argument list too long)",
	 CLONE3(-E2BIG, 96, .clone3.exit_signal = SIGCHLD, .tail_length = 8, .tail = {[0] = 1})},
	{"11098 clone3({flags=0, exit_signal=SIGCHLD, stack=NULL, stack_size=0}, 90) = 11144",
	 CLONE3(11144, 90, .clone3.exit_signal = SIGCHLD, .tail_length = 2)},
	{"11098 clone3({flags=0, exit_signal=SIGCHLD, stack=NULL, stack_size=0, /* bytes 88..90 */ \"\\x00\\x00\\x05\"}, 91) = -1 E2BIG (Argument list too long)",
	 CLONE3(-E2BIG, 91, .clone3.exit_signal = SIGCHLD, .tail_length = 3, .tail = {[2] = 5})},
	{"11098 clone3({flags=0, exit_signal=SIGCHLD, stack=NULL, stack_size=0, /* bytes 88..151 */ \"\\x00\\x00\\x05\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x07\\x00\"...}, 152) = -1 E2BIG (Argument list too long)",
	 CLONE3(-E2BIG, 152, .clone3.exit_signal = SIGCHLD, .tail_length = 40, .tail = {[2] = 5, [30] = 7})},
	{"11098 clone3({flags=0, exit_signal=SIGCHLD, stack=NULL, stack_size=0, /* bytes 88..151 */ \"\\x00\\x00\\x05\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\"...}, 152) = -1 E2BIG (Argument list too long)",
	 CLONE3(-E2BIG, 152, .clone3.exit_signal = SIGCHLD, .tail_length = 40, .tail = {[2] = 5}, .tail_nonzero = true)},
	{"11098 clone3({flags=0, exit_signal=SIGCHLD, stack=NULL, stack_size=0, /* bytes 88..151 */ \"\\x01\\x02\\x03\\x04\\x05\\x06\\x07\\x08\\x09\\x0a\\x0b\\x0c\\x0d\\x0e\\x0f\\x10\\x11\\x12\\x13\\x14\\x15\\x16\\x17\\x18\\x19\\x1a\\x1b\\x1c\\x1d\\x1e\\x1f\\x20\"...}, 152) = -1 E2BIG (Argument list too long)",
	 CLONE3(-E2BIG, 152, .clone3.exit_signal = SIGCHLD, .tail_length = 40, .tail = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40}, .tail_nonzero = true)},
	{"11098 clone3({flags=0, exit_signal=SIGCHLD, stack=NULL, stack_size=0, /* bytes 88..120 */ \"\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\"...}, 121) = -1 E2BIG (Argument list too long)",
	 CLONE3(-E2BIG, 88+33, .clone3.exit_signal = SIGCHLD, .tail_length = 33, .tail = {[32] = 1})},
	{"11098 clone3({flags=0, exit_signal=SIGCHLD, stack=NULL, stack_size=0, /* bytes 88..119 */ \"\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x01\"}, 120) = -1 E2BIG (Argument list too long)",
	 CLONE3(-E2BIG, 88+32, .clone3.exit_signal = SIGCHLD, .tail_length = 32, .tail = {[31] = 1})},
	{"11098 clone3({flags=0, exit_signal=SIGCHLD, stack=NULL, stack_size=0}, 4096) = 11145",
	 CLONE3(11145, 4096, .clone3.exit_signal = SIGCHLD, .tail_length = 40)},
	{"11098 clone3({flags=0, exit_signal=SIGCHLD, stack=NULL, stack_size=0}, 4096) = 11146",
	 CLONE3(11146, 4096, .clone3.exit_signal = SIGCHLD, .tail_length = 40)},
	{"11098 clone3({flags=0, exit_signal=SIGCHLD, stack=NULL, stack_size=0}, 4097) = -1 E2BIG (Argument list too long)",
	 CLONE3(-E2BIG, 4097, .clone3.exit_signal = SIGCHLD, .tail_length = 40)},
	{"11098 clone3({flags=0, exit_signal=SIGCHLD, stack=NULL, stack_size=0}, 5000) = -1 E2BIG (Argument list too long)",
	 CLONE3(-E2BIG, 5000, .clone3.exit_signal = SIGCHLD, .tail_length = 40)},
	{"11098 clone3({flags=0, exit_signal=SIGCHLD, stack=NULL, stack_size=0}, 18446744073709551615) = -1 E2BIG (Argument list too long)",
	 CLONE3(-E2BIG, ~0ULL, .clone3.exit_signal = SIGCHLD, .tail_length = 40)},
	{"11098 clone3({flags=CLONE_PIDFD, pidfd=0x10000400, exit_signal=SIGCHLD, stack=NULL, stack_size=0, /* bytes 88..95 */ \"\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\"}, 96) = -1 E2BIG (Argument list too long)",
	 CLONE3(-E2BIG, 96, .clone3.flags = CLONE_PIDFD, .clone3.pidfd = TIDS, .clone3.exit_signal = SIGCHLD, .tail_length = 8, .tail = {[0] = 1})},
	{"11098 clone3({flags=CLONE_PIDFD, pidfd=0x10000400, exit_signal=SIGCHLD, stack=NULL, stack_size=0} => {pidfd=[4]}, 96) = 11147",
	 CLONE3(11147, 96, .clone3.flags = CLONE_PIDFD, .clone3.pidfd = TIDS, .clone3.exit_signal = SIGCHLD, .pidfd_observed = true, .pidfd = 4, .tail_length = 8)},
	{"11098 clone3({flags=CLONE_PIDFD, pidfd=0x10000400, exit_signal=SIGCHLD, stack=NULL, stack_size=0} => {pidfd=[5]}, 88) = 11149",
	 CLONE3(11149, 88, .clone3.flags = CLONE_PIDFD, .clone3.pidfd = TIDS, .clone3.exit_signal = SIGCHLD, .pidfd_observed = true, .pidfd = 5)},
	{"11098 clone3({flags=CLONE_PIDFD|CLONE_PARENT_SETTID, pidfd=0x10000400, parent_tid=0x10000404, exit_signal=SIGCHLD, stack=NULL, stack_size=0} => {pidfd=[6], parent_tid=[11150]}, 88) = 11150",
	 CLONE3(11150, 88, .clone3.flags = CLONE_PIDFD | CLONE_PARENT_SETTID, .clone3.parent_tid = TIDS + 4, .clone3.pidfd = TIDS, .clone3.exit_signal = SIGCHLD, .pidfd_observed = true, .pidfd = 6)},
	{"11098 clone3({flags=CLONE_PIDFD|CLONE_PARENT_SETTID, pidfd=0x10000400, parent_tid=0x10000400, exit_signal=SIGCHLD, stack=NULL, stack_size=0}, 88) = -1 EINVAL (Invalid argument)",
	 CLONE3(-EINVAL, 88, .clone3.flags = CLONE_PIDFD | CLONE_PARENT_SETTID, .clone3.parent_tid = TIDS, .clone3.pidfd = TIDS, .clone3.exit_signal = SIGCHLD)},
	{"11098 clone3({flags=CLONE_PIDFD, pidfd=NULL, exit_signal=SIGCHLD, stack=NULL, stack_size=0}, 88) = -1 EFAULT (Bad address)",
	 CLONE3(-EFAULT, 88, .clone3.flags = CLONE_PIDFD, .clone3.pidfd = 0, .clone3.exit_signal = SIGCHLD)},
	{"11098 clone3({flags=CLONE_PIDFD, pidfd=0x8, exit_signal=SIGCHLD, stack=NULL, stack_size=0}, 88) = -1 EFAULT (Bad address)",
	 CLONE3(-EFAULT, 88, .clone3.flags = CLONE_PIDFD, .clone3.pidfd = 8, .clone3.exit_signal = SIGCHLD)},
	{"11098 clone3({flags=CLONE_PARENT_SETTID, parent_tid=0x8, exit_signal=SIGCHLD, stack=NULL, stack_size=0} => {parent_tid=0x8}, 88) = 11153",
	 CLONE3(11153, 88, .clone3.flags = CLONE_PARENT_SETTID, .clone3.parent_tid = 8, .clone3.exit_signal = SIGCHLD, .parent_tid_fault = true)},
	{"11098 clone3({flags=CLONE_PARENT_SETTID, parent_tid=NULL, exit_signal=SIGCHLD, stack=NULL, stack_size=0} => {parent_tid=NULL}, 88) = 11154",
	 CLONE3(11154, 88, .clone3.flags = CLONE_PARENT_SETTID, .clone3.exit_signal = SIGCHLD)},
	{"11098 clone3({flags=CLONE_THREAD|CLONE_PARENT_SETTID, parent_tid=0x10000400, exit_signal=SIGCHLD, stack=NULL, stack_size=0}, 88) = -1 EINVAL (Invalid argument)",
	 CLONE3(-EINVAL, 88, .clone3.flags = CLONE_PARENT_SETTID | CLONE_THREAD, .clone3.parent_tid = TIDS, .clone3.exit_signal = SIGCHLD)},
	{"11098 clone3(0x10000000, 0)             = -1 EINVAL (Invalid argument)",
	 CLONE3(-EINVAL, 0, .clone3.flags = CLONE_PARENT_SETTID | CLONE_THREAD, .clone3.parent_tid = TIDS, .clone3.exit_signal = SIGCHLD)},
	{"11098 clone3({flags=CLONE_PARENT_SETTID, parent_tid=0x10000400, exit_signal=SIGCHLD, stack=NULL, stack_size=0} => {parent_tid=[11155]}, 64) = 11155",
	 CLONE3(11155, 64, .clone3.flags = CLONE_PARENT_SETTID, .clone3.parent_tid = TIDS, .clone3.exit_signal = SIGCHLD)},
	{"11098 clone3({flags=CLONE_NEWTIME|0x7f, exit_signal=SIGCHLD, stack=NULL, stack_size=0}, 88) = -1 EINVAL (Invalid argument)",
	 CLONE3(-EINVAL, 88, .clone3.flags = 0xff, .clone3.exit_signal = SIGCHLD)},
	{"11098 clone3({flags=0x7f /* CLONE_??? */, exit_signal=SIGCHLD, stack=NULL, stack_size=0}, 88) = -1 EINVAL (Invalid argument)",
	 CLONE3(-EINVAL, 88, .clone3.flags = 0x7f, .clone3.exit_signal = SIGCHLD)},
	{"11098 clone3({flags=CLONE_NEWTIME, exit_signal=0, stack=NULL, stack_size=0}, 88) = 11156",
	 CLONE3(11156, 88, .clone3.flags = CLONE_NEWTIME)},
	{"11098 clone3({flags=CLONE_CLEAR_SIGHAND, exit_signal=0, stack=NULL, stack_size=0}, 88) = 11157",
	 CLONE3(11157, 88, .clone3.flags = CLONE_CLEAR_SIGHAND)},
	{"11098 clone3({flags=CLONE_VM|CLONE_CLEAR_SIGHAND|0x400000000011, exit_signal=0, stack=NULL, stack_size=0}, 88) = -1 EINVAL (Invalid argument)",
	 CLONE3(-EINVAL, 88, .clone3.flags = CLONE_CLEAR_SIGHAND | 0x400000000000 | CLONE_VM | SIGCHLD)},
	{"11098 clone3({flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_PIDFD|CLONE_PTRACE|CLONE_VFORK|CLONE_PARENT|CLONE_THREAD|CLONE_NEWNS|CLONE_SYSVSEM|CLONE_SETTLS|CLONE_PARENT_SETTID|CLONE_CHILD_CLEARTID|CLONE_UNTRACED|CLONE_CHILD_SETTID|CLONE_NEWCGROUP|CLONE_NEWUTS|CLONE_NEWIPC|CLONE_NEWUSER|CLONE_NEWPID|CLONE_NEWNET|CLONE_IO|CLONE_NEWTIME|CLONE_CLEAR_SIGHAND|CLONE_INTO_CGROUP|0xfffffffc0040007f, pidfd=NULL, child_tid=NULL, parent_tid=NULL, exit_signal=0, stack=NULL, stack_size=0, tls=NULL, cgroup=0}, 88) = -1 EINVAL (Invalid argument)",
	 CLONE3(-EINVAL, 88, .clone3.flags = ~0ULL)},
	{"11098 clone3({flags=0x8000000000000000 /* CLONE_??? */, exit_signal=0, stack=NULL, stack_size=0}, 88) = -1 EINVAL (Invalid argument)",
	 CLONE3(-EINVAL, 88, .clone3.flags = 0x8000000000000000)},
	{"11098 clone3({flags=0x400000 /* CLONE_??? */, exit_signal=0, stack=NULL, stack_size=0}, 88) = -1 EINVAL (Invalid argument)",
	 CLONE3(-EINVAL, 88, .clone3.flags = CLONE_DETACHED)},
	{"11098 clone3({flags=0, exit_signal=0, stack=NULL, stack_size=0}, 88) = 11158",
	 CLONE3(11158, 88, .clone3.exit_signal = 0)},
	{"11098 clone3({flags=0, exit_signal=65, stack=NULL, stack_size=0}, 88) = -1 EINVAL (Invalid argument)",
	 CLONE3(-EINVAL, 88, .clone3.exit_signal = 65)},
	{"11098 clone3({flags=0, exit_signal=SIGRT_32, stack=NULL, stack_size=0}, 88) = 11159",
	 CLONE3(11159, 88, .clone3.exit_signal = 64)},
	{"11098 clone3({flags=0, exit_signal=2147483646, stack=NULL, stack_size=0}, 88) = -1 EINVAL (Invalid argument)",
	 CLONE3(-EINVAL, 88, .clone3.exit_signal = 0x7ffffffe)},
	{"11098 clone3({flags=0, exit_signal=2147483647, stack=NULL, stack_size=0}, 88) = -1 EINVAL (Invalid argument)",
	 CLONE3(-EINVAL, 88, .clone3.exit_signal = 0x7fffffff)},
	{"11098 clone3({flags=0, exit_signal=18446744073709551615, stack=NULL, stack_size=0}, 88) = -1 EINVAL (Invalid argument)",
	 CLONE3(-EINVAL, 88, .clone3.exit_signal = ~0ULL)},
	{"11098 clone3({flags=0, exit_signal=4294967313, stack=NULL, stack_size=0}, 88) = -1 EINVAL (Invalid argument)",
	 CLONE3(-EINVAL, 88, .clone3.exit_signal = 0x100000011)},
	{"11098 clone3({flags=0, exit_signal=256, stack=NULL, stack_size=0}, 88) = -1 EINVAL (Invalid argument)",
	 CLONE3(-EINVAL, 88, .clone3.exit_signal = 256)},
	{"11098 clone3({flags=0, exit_signal=SIGCHLD, stack=0x20000000, stack_size=0x10000}, 88) = 11160",
	 CLONE3(11160, 88, .clone3.exit_signal = SIGCHLD, .clone3.stack = STACK, .clone3.stack_size = 65536)},
	{"11098 clone3({flags=0, exit_signal=SIGCHLD, stack=0x20000000, stack_size=0}, 88) = -1 EINVAL (Invalid argument)",
	 CLONE3(-EINVAL, 88, .clone3.exit_signal = SIGCHLD, .clone3.stack = STACK)},
	{"11098 clone3({flags=0, exit_signal=SIGCHLD, stack=NULL, stack_size=0x10000}, 88) = -1 EINVAL (Invalid argument)",
	 CLONE3(-EINVAL, 88, .clone3.exit_signal = SIGCHLD, .clone3.stack_size = 65536)},
	{"11098 clone3({flags=CLONE_VM|CLONE_SETTLS, exit_signal=SIGCHLD, stack=0x20000000, stack_size=0x10000, tls=0x4321}, 88) = 11164",
	 CLONE3(11164, 88, .clone3.flags = CLONE_SETTLS | CLONE_VM, .clone3.exit_signal = SIGCHLD, .clone3.stack = STACK, .clone3.stack_size = 65536, .clone3.tls = 0x4321)},
	{"11098 clone3({flags=CLONE_SETTLS|CLONE_CHILD_SETTID, child_tid=NULL, exit_signal=0, stack=NULL, stack_size=0, tls=NULL}, 88) = 11165",
	 CLONE3(11165, 88, .clone3.flags = CLONE_SETTLS | CLONE_CHILD_SETTID, .clone3.tls = 0, .clone3.child_tid = 0)},
	{"11098 clone3({flags=0, exit_signal=0, stack=NULL, stack_size=0, set_tid=[1], set_tid_size=1}, 88) = -1 EEXIST (File exists)",
	 CLONE3(-EEXIST, 88, .clone3.set_tid = TIDS, .clone3.set_tid_size = 1, .set_tid_observed = true, .set_tid = {1})},
	{"11098 clone3({flags=0, exit_signal=0, stack=NULL, stack_size=0, set_tid=[1, -5], set_tid_size=2}, 80) = -1 EINVAL (Invalid argument)",
	 CLONE3(-EINVAL, 80, .clone3.set_tid = TIDS, .clone3.set_tid_size = 2, .set_tid_observed = true, .set_tid = {1, -5})},
	{"11098 clone3({flags=0, exit_signal=0, stack=NULL, stack_size=0, set_tid=[1, -5, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31], set_tid_size=32}, 88) = -1 EINVAL (Invalid argument)",
	 CLONE3(-EINVAL, 88, .clone3.set_tid = TIDS, .clone3.set_tid_size = 32, .set_tid_observed = true, .set_tid = {1, -5, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31})},
	{"11098 clone3({flags=0, exit_signal=0, stack=NULL, stack_size=0, set_tid=0x10000400, set_tid_size=33}, 88) = -1 EINVAL (Invalid argument)",
	 CLONE3(-EINVAL, 88, .clone3.set_tid = TIDS, .clone3.set_tid_size = 33)},
	{"11098 clone3({flags=0, exit_signal=0, stack=NULL, stack_size=0, set_tid=0x10000400, set_tid_size=0}, 88) = -1 EINVAL (Invalid argument)",
	 CLONE3(-EINVAL, 88, .clone3.set_tid = TIDS)},
	{"11098 clone3({flags=0, exit_signal=0, stack=NULL, stack_size=0, set_tid=NULL, set_tid_size=2}, 88) = -1 EINVAL (Invalid argument)",
	 CLONE3(-EINVAL, 88, .clone3.set_tid_size = 2)},
	{"11098 clone3({flags=0, exit_signal=0, stack=NULL, stack_size=0, set_tid=0x8, set_tid_size=2}, 88) = -1 EFAULT (Bad address)",
	 CLONE3(-EFAULT, 88, .clone3.set_tid = 8, .clone3.set_tid_size = 2, .set_tid_fault = true)},
	{"11098 clone3({flags=0, exit_signal=0, stack=NULL, stack_size=0, set_tid=[0, 0, ... /* 0x10001000 */], set_tid_size=4}, 88) = -1 EFAULT (Bad address)",
	 CLONE3(-EFAULT, 88, .clone3.set_tid = ARGS + 4096 - 8, .clone3.set_tid_size = 4, .set_tid_fault = true, .set_tid_readable = 2)},
	{"11098 clone3({flags=0, exit_signal=0, stack=NULL, stack_size=0, set_tid=[0, ... /* 0x10000ffe */], set_tid_size=4}, 88) = -1 EFAULT (Bad address)",
	 CLONE3(-EFAULT, 88, .clone3.set_tid = ARGS + 4096 - 6, .clone3.set_tid_size = 4, .set_tid_fault = true, .set_tid_readable = 1)},
	{"11098 clone3({flags=0, exit_signal=0, stack=NULL, stack_size=0, set_tid=0x10000400, set_tid_size=18446744073709551615}, 88) = -1 EINVAL (Invalid argument)",
	 CLONE3(-EINVAL, 88, .clone3.set_tid = TIDS, .clone3.set_tid_size = ~0ULL)},
	{"11098 clone3({flags=0, exit_signal=0, stack=NULL, stack_size=0, set_tid=[1], set_tid_size=1}, 76) = -1 EEXIST (File exists)",
	 CLONE3(-EEXIST, 76, .clone3.set_tid = TIDS, .clone3.set_tid_size = 1, .set_tid_observed = true, .set_tid = {1})},
	{"11098 clone3({flags=0, exit_signal=0, stack=NULL, stack_size=0, cgroup=5}, 88) = 11166",
	 CLONE3(11166, 88, .clone3.cgroup = 5)},
	{"11098 clone3({flags=CLONE_INTO_CGROUP, exit_signal=0, stack=NULL, stack_size=0, cgroup=5}, 88) = -1 EBADF (Bad file descriptor)",
	 CLONE3(-EBADF, 88, .clone3.flags = CLONE_INTO_CGROUP, .clone3.cgroup = 5)},
	{"11098 clone3({flags=CLONE_INTO_CGROUP, exit_signal=0, stack=NULL, stack_size=0, cgroup=0}, 88) = -1 EBADF (Bad file descriptor)",
	 CLONE3(-EBADF, 88, .clone3.flags = CLONE_INTO_CGROUP)},
	{"11098 clone3({flags=CLONE_INTO_CGROUP, exit_signal=0, stack=NULL, stack_size=0}, 80) = -1 EINVAL (Invalid argument)",
	 CLONE3(-EINVAL, 80, .clone3.flags = CLONE_INTO_CGROUP, .clone3.cgroup = 5)},
	{"11098 clone3({flags=0, exit_signal=0, stack=NULL, stack_size=0, cgroup=18446744073709551615}, 88) = 11170",
	 CLONE3(11170, 88, .clone3.cgroup = ~0ULL)},
	{"11098 clone3({flags=0, exit_signal=0, stack=NULL, stack_size=0, cgroup=255}, 81) = 11171",
	 CLONE3(11171, 81, .clone3.cgroup = 255)},
	{"11098 clone3({flags=0, exit_signal=0, stack=NULL, stack_size=0}, 96) = 11172",
	 CLONE3(11172, 96, .tail_length = 8)},
	{"11098 clone3({flags=0, exit_signal=SIGCHLD, stack=NULL, stack_size=0, ???}, 96) = -1 EFAULT (Bad address)",
	 CLONE3(-EFAULT, 96, .clone3.exit_signal = SIGCHLD, .tail_fault = true)},
	{"11098 clone3({flags=0, exit_signal=SIGCHLD, stack=NULL, stack_size=0, ???}, 96) = -1 E2BIG (Argument list too long)",
	 CLONE3(-E2BIG, 96, .clone3.exit_signal = SIGCHLD, .tail_fault = true)},
	{"11098 clone3({flags=0, exit_signal=SIGCHLD, stack=NULL, stack_size=0, ???}, 96) = -1 EFAULT (Bad address)",
	 CLONE3(-EFAULT, 96, .clone3.exit_signal = SIGCHLD, .tail_fault = true)},
	{"11098 fork()                            = -1 EAGAIN (Resource temporarily unavailable)",
	 {.nr = SYS_fork, RESULT(-EAGAIN)}},
	{"11098 vfork()                           = -1 EAGAIN (Resource temporarily unavailable)",
	 {.nr = SYS_vfork, RESULT(-EAGAIN)}},
	{"11098 clone(child_stack=NULL, flags=SIGCHLD) = -1 EAGAIN (Resource temporarily unavailable)",
	 CLONE(-EAGAIN, SIGCHLD)},
	{"11098 clone(child_stack=NULL, flags=CLONE_PARENT_SETTID|SIGCHLD, parent_tid=0x10000400) = -1 EAGAIN (Resource temporarily unavailable)",
	 CLONE(-EAGAIN, CLONE_PARENT_SETTID | SIGCHLD, 0, TIDS)},
	{"11098 clone3({flags=0, exit_signal=SIGCHLD, stack=NULL, stack_size=0}, 88) = -1 EAGAIN (Resource temporarily unavailable)",
	 CLONE3(-EAGAIN, 88, .clone3.exit_signal = SIGCHLD)},
	{"11098 clone3({flags=CLONE_NEWNET, exit_signal=0, stack=NULL, stack_size=0}, 88) = -1 EAGAIN (Resource temporarily unavailable)",
	 CLONE3(-EAGAIN, 88, .clone3.flags = CLONE_NEWNET)},
	{"11098 clone(child_stack=NULL, flags=CLONE_NEWNET) = -1 EAGAIN (Resource temporarily unavailable)",
	 CLONE(-EAGAIN, CLONE_NEWNET)},
};
/* clang-format on */

Test(render_strace, prints_what_strace_prints, .timeout = 20)
{
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		render_strace_syscall(rendered_begin(), &lines[i].event);
		expect_rendered(lines[i].line);
	}
}

/* From `strace -f -e inject=fork:error=NUMBER`. */
Test(render_strace, numbers_errors_without_a_name, .timeout = 20)
{
	struct event_syscall event = {.nr = SYS_fork, RESULT(-600)};
	render_strace_syscall(rendered_begin(), &event);
	expect_rendered("11098 fork()                            = -1 (errno 600)");
	event.result = -41; /* a hole in the table: EWOULDBLOCK is EAGAIN on x86-64 */
	render_strace_syscall(rendered_begin(), &event);
	expect_rendered("11098 fork()                            = -1 (errno 41)");
	event.result = -4096; /* the first value that is no error */
	render_strace_syscall(rendered_begin(), &event);
	expect_rendered("11098 fork()                            = -4096");
}

Test(render_strace, pads_short_thread_ids, .timeout = 20)
{
	struct event_syscall event = {.head = {.tid = 7}, .nr = SYS_vfork, .returned = true, .result = 8};
	render_strace_syscall(rendered_begin(), &event);
	expect_rendered("7     vfork()                           = 8");
	event.head.tid = 1234567;
	render_strace_syscall(rendered_begin(), &event);
	expect_rendered("1234567 vfork()                         = 8");
}

Test(render_strace, result_not_observed, .timeout = 20)
{
	struct event_syscall event = {.nr = SYS_clone, .args = {CLONE_PARENT_SETTID | SIGCHLD, 0, TIDS}};
	render_syscall(rendered_begin(), &event, 0);
	expect_rendered("clone(child_stack=NULL, flags=CLONE_PARENT_SETTID|SIGCHLD, parent_tid=0x10000400) = ?");
}

/* Never a made-up value: what strace would have read and the event does not hold is marked. */
static const struct strace_line incomplete[] = {
	{"clone3(0x10000000 /* not observed */, 88) = 7",
	 {.nr = SYS_clone3, .returned = true, .result = 7, .args = {ARGS, 88}}},
	{"clone3({flags=CLONE_PIDFD, pidfd=0x10000400, exit_signal=0, stack=NULL, stack_size=0}"
	 " => {pidfd=0x10000400 /* not observed */}, 88) = 7",
	 CLONE3(7, 88, .clone3 = {.flags = CLONE_PIDFD, .pidfd = TIDS})},
	{"clone(child_stack=NULL, flags=CLONE_PIDFD, parent_tid=0x10000400 /* not observed */) = 7",
	 CLONE(7, CLONE_PIDFD, 0, TIDS)},
	{"clone3({flags=0, exit_signal=0, stack=NULL, stack_size=0, set_tid=0x10000400 /* not observed */, "
	 "set_tid_size=1}, 88) = 7",
	 CLONE3(7, 88, .clone3 = {.set_tid = TIDS, .set_tid_size = 1})},
	{"clone3({flags=0, exit_signal=0, stack=NULL, stack_size=0, /* bytes 88..95 */ /* not observed */}, 96) = 7",
	 CLONE3(7, 96, .clone3 = {.flags = 0})},
	{"syscall_0x6e() = 7", {.nr = SYS_getppid, .returned = true, .result = 7}},
};

Test(render_strace, marks_what_was_not_observed, .timeout = 20)
{
	for (size_t i = 0; i < sizeof incomplete / sizeof *incomplete; i++) {
		render_syscall(rendered_begin(), &incomplete[i].event, 0);
		expect_rendered(incomplete[i].line);
	}
}

/* The shim's buffer has 1536 bytes: the longest clone3 of use must not be cut there. */
Test(render_strace, longest_line_fits, .timeout = 20)
{
	static char text[1536];
	struct out out;
	struct event_syscall event = CLONE3(-EINVAL, 4096, .set_tid_observed = true, .tail_length = 40);
	event.clone3 = (struct clone3_args){~0ULL, ~0ULL, ~0ULL, ~0ULL, ~0ULL, ~0ULL, ~0ULL, ~0ULL, ~0ULL, 32, ~0ULL};
	for (int i = 0; i < EVENT_SET_TID_MAX; i++)
		event.set_tid[i] = 4194303; /* PID_MAX_LIMIT - 1 */
	event.tail[0] = 1;
	out_init(&out, text, sizeof text);
	render_text_syscall(&out, &event);
	cr_expect(not(out.cut));
	cr_expect(lt(sz, out_finish(&out), (size_t)1536));
}
