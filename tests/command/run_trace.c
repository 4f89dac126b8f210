/* run_trace.c: the trace that `cloneshim run -o` makes, extends and counts. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "cloneshim/trace.h"
#include "command/script.h"

TestSuite(run_trace, .timeout = 120);

/* It is not even tried: that would take all that is left of the disk for a while. */
Test(run_trace, disk_without_room)
{
	struct place place = script_place();
	struct statvfs disk;
	struct run run = {0};
	unsigned long long gigabytes;
	char script[200];

	cr_assert_eq(statvfs(place.directory, &disk), 0);
	gigabytes = ((unsigned long long)disk.f_bavail * disk.f_frsize >> 30) + 2;
	if (gigabytes > 1024)
		cr_skip("the disk has more room than a trace can take");
	snprintf(script, sizeof(script),
		 "echo old >t; $C run -o t --size %lluG touch ran; s=$?; grep -q old t && exit $s", gigabytes);
	script_run(&run, &place, script);
	cr_expect_eq(run.status, 2);
	cr_expect_eq(run_count_lines(run.errors, NULL), 1, "%s", run.errors);
	cr_expect_eq(run_count_lines(run.errors, "No space left on device"), 1, "%s", run.errors);
	run_free(&run);
	script_place_remove(&place);
}

/* A new file takes the place of the old one, which those who have it open keep. */
Test(run_trace, starts_a_new_trace)
{
	struct place place = script_place();
	struct stat status;
	struct run run = {0};

	script_run(&run, &place,
		   "umask 0; echo old >t; exec 3<t; $C run -o t /bin/true; cat <&3; echo $(ls -A); $C show t | wc -l");
	cr_expect_str_eq(run.output, "old\nt\n1\n", "%s", run.errors);
	cr_expect_str_eq(run.errors, "cloneshim: 1 task, 0 calls, 0 system calls, 0 lost: t\n");
	cr_assert_eq(stat(place.trace, &status), 0);
	cr_expect_eq(status.st_mode & 07777, 0600);
	cr_expect_eq(status.st_size, 64 << 20);
	cr_expect_geq(status.st_blocks * 512, status.st_size, "its space is allocated");
	run_free(&run);
	script_place_remove(&place);
}

/* From 128 KiB to more than 64 MiB, by two processes at a time. */
Test(run_trace, trace_grows_ahead_of_its_writers)
{
	struct place place = script_place();
	struct stat status;
	struct run run = {0};

	script_run(&run, &place, "$C run -o t --size 128K $P/asks_in_vain 60000 2");
	cr_expect_eq(run.status, 0);
	cr_expect_str_eq(run.errors, "cloneshim: 2 tasks, 120001 calls, 120001 system calls, 0 lost: t\n");
	cr_assert_eq(stat(place.trace, &status), 0);
	cr_expect_gt(status.st_size, 64 << 20);
	run_free(&run);
	script_place_remove(&place);
}

/* What finds no room is counted, and said once. The limit is in blocks of 512 bytes. */
Test(run_trace, trace_grows_to_the_limit)
{
	struct place place = script_place();
	struct stat status;
	struct run run = {0};

	script_run(&run, &place, "ulimit -f 4096; $C run -o t --size 1M $P/asks_in_vain 20000");
	cr_expect_eq(run.status, 0);
	cr_expect_eq(run_count_matches(run.errors, "^cloneshim: t: cannot grow beyond 20[0-9]{5} bytes .RLIMIT_FSIZE"),
		     1, "%s", run.errors);
	cr_expect_eq(run_count_matches(run.errors,
				       "^cloneshim: 1 task, [0-9]+ calls, [0-9]+ system calls, [1-9][0-9]+ lost: t$"),
		     1, "%s", run.errors);
	cr_expect_eq(run_count_lines(run.errors, NULL), 2, "%s", run.errors);
	cr_assert_eq(stat(place.trace, &status), 0);
	cr_expect_gt(status.st_size, 1 << 20);
	cr_expect_leq(status.st_size, 2 << 20);
	run_free(&run);
	script_place_remove(&place);
}

/* A program that limits its address space has to find it as empty as without us: what is mapped for the trace is small. */
Test(run_trace, takes_little_address_space)
{
	struct place place = script_place();
	struct run run = {0};

	script_run(&run, &place, "$C run -o t bash -c 'ulimit -v 1000000; x=$(seq 1 50000); echo ${#x}'");
	cr_expect_str_eq(run.output, "288893\n", "%s", run.errors);
	cr_expect_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
	script_place_remove(&place);
}

/* And of one that was limited before, only a part is ours: what finds no place there is lost, but not the program. */
Test(run_trace, leaves_limited_address_space_to_the_program)
{
	struct place place = script_place();
	struct run run = {0};

	script_run(&run, &place, "ulimit -v 800000; $C run -o t $P/asks_in_vain 80000; $C show t | tail -n 1 | wc -l");
	cr_expect_str_eq(run.output, "1\n", "%s", run.errors);
	cr_expect_eq(run_count_matches(run.errors,
				       "^cloneshim: 1 task, [0-9]+ calls, [0-9]+ system calls, [1-9][0-9]+ lost: t$"),
		     1, "%s", run.errors);
	run_free(&run);
	script_place_remove(&place);
}

/* A disk of its own, which a trace fills; the mount is seen by nobody else. Between the rounds `run` gets the time to see how much is left,
   however busy the machine; 40 rounds would fill the disk nine times. */
Test(run_trace, trace_grows_to_the_end_of_the_disk)
{
	struct place place = script_place();
	struct run run = {0};

	script_run(
		&run, &place,
		"unshare -m sh -c 'mkdir m && mount -t tmpfs -o size=6M none m || exit 77; cd m; "
		"$C run -o t --size 1M sh -c \"for round in \\$(seq 40); do $P/asks_in_vain 2000; sleep 0.02; done\"; "
		"echo $?; df --output=avail . | tail -n 1'");
	if (run.status == 77 || strstr(run.errors, "unshare") != NULL)
		cr_skip("no mounting here: %s", run.errors);
	cr_expect_eq(run_count_matches(run.output, "^0$"), 1, "the program's status: %s", run.output);
	cr_expect_eq(run_count_matches(run.output, "^ *[1-6]?[0-9]$"), 2, "and next to nothing is left, in KiB: %s",
		     run.output);
	cr_expect_eq(run_count_matches(run.errors, "^cloneshim: t: cannot grow beyond [56][0-9]{6} bytes .No space"), 1,
		     "%s", run.errors);
	cr_expect_eq(run_count_matches(run.errors, "^cloneshim: [0-9]+ tasks, .* [1-9][0-9]+ lost: t$"), 1, "%s",
		     run.errors);
	cr_expect_eq(run_count_lines(run.errors, NULL), 2, "%s", run.errors);
	run_free(&run);
	script_place_remove(&place);
}

/* Counts what strace counts. */
Test(run_trace, counts_are_those_of_strace)
{
	struct place place = script_place();
	struct run run = {0};

	if (!run_program_exists("strace"))
		cr_skip("no strace");
	script_run(
		&run, &place,
		"strace -f -c -U calls,name -e trace=clone,clone3,fork,vfork -o s $P/creates_all_sorts 6 || exit 77; "
		"$C run -o t $P/creates_all_sorts 6 2>counts; "
		"n=$(awk '$2 == \"total\" {print $1}' s); grep -q \" $n system calls, 0 lost: t\" counts && "
		"grep -q \"^cloneshim: $((n + 1)) tasks, 24 calls\" counts || cat s counts");
	if (run.status == 77)
		cr_skip("strace cannot trace here");
	cr_expect_str_empty(run.output);
	run_free(&run);
	script_place_remove(&place);
}

/* What is made to fail does not reach the kernel, and is not counted as if it did. */
Test(run_trace, counts_injections_apart)
{
	struct place place = script_place();
	struct run run = {0};

	script_run(&run, &place, "$C run -o t --inject clone3:error=EAGAIN $P/asks_in_vain 3");
	cr_expect_str_eq(run.errors, "cloneshim: 1 task, 3 calls, 0 system calls, 3 made to fail, 0 lost: t\n");
	run_free(&run);
	script_place_remove(&place);
}

Test(run_trace, says_when_nothing_could_be_recorded)
{
	struct place place = script_place();
	struct run run = {0};

	script_run(&run, &place, "$C run -o t $P/exits_static");
	cr_expect_eq(run.status, 5);
	cr_expect_eq(run_count_lines(run.errors, NULL), 1, "%s", run.errors);
	cr_expect_eq(run_count_matches(run.errors,
				       "^cloneshim: nothing was recorded: .*/exits_static could not be traced, "
				       "`cloneshim doctor .*/exits_static` says why: t$"),
		     1, "%s", run.errors);
	run_free(&run);
	script_place_remove(&place);
}

/* Live output would be empty, and not say why. */
Test(run_trace, says_what_cannot_be_shown_live)
{
	struct place place = script_place();
	struct run run = {0};

	script_run(&run, &place, "$C run $P/exits_static");
	cr_expect_eq(run.status, 5);
	cr_expect_eq(run_count_lines(run.errors, NULL), 1, "%s", run.errors);
	cr_expect_eq(
		run_count_matches(run.errors, "^cloneshim: .*/exits_static runs, but cannot be traced: linked static"),
		1, "%s", run.errors);
	run_free(&run);
	script_place_remove(&place);
}

/* The last record of the trace in which `run` itself says how the program ended; {0}: there is none. */
static struct cloneshim_trace_ended
find_ended(const char *path)
{
	struct cloneshim_trace_ended ended = {0};
	size_t size;
	char *bytes = run_read_file(path, &size);
	const struct cloneshim_trace_header *header = (const void *)bytes;
	const struct cloneshim_trace_slot *slots = (const void *)(bytes + CLONESHIM_TRACE_HEADER_SIZE);

	cr_assert(bytes != NULL && size > CLONESHIM_TRACE_HEADER_SIZE);
	for (uint64_t i = 0; i < header->next; i++)
		if (slots[i].head.state == CLONESHIM_TRACE_FIRST && slots[i].head.kind == CLONESHIM_TRACE_ENDED &&
		    slots[i].head.slots == 1 && slots[i].head.length == sizeof(ended)) {
			memcpy(&ended, slots[i].payload, sizeof(ended));
			if ((ended.flags & CLONESHIM_TRACE_ENDED_BY_RUN) == 0)
				ended = (struct cloneshim_trace_ended){0};
		}
	free(bytes);
	return ended;
}

Test(run_trace, records_how_the_program_ended)
{
	struct place place = script_place();
	struct cloneshim_trace_ended ended;
	struct run run = {0};

	script_run(&run, &place, "exec $C run -o t sh -c 'echo $$ $PPID; exit 7'");
	ended = find_ended(place.trace);
	cr_expect_eq(ended.flags, CLONESHIM_TRACE_ENDED_STATUS | CLONESHIM_TRACE_ENDED_BY_RUN);
	cr_expect_eq(ended.wait_status, 7 << 8);
	cr_expect_eq(ended.ended, atoi(run.output));
	cr_expect_eq(ended.record.pid, atoi(strchr(run.output, ' ')));
	cr_expect_eq(ended.record.memory, CLONESHIM_TRACE_NOWHERE);
	cr_expect_gt(ended.time_ns, 0);
	run_free(&run);
	script_run(&run, &place, "$C run -o t sh -c 'kill -9 $$'");
	cr_expect_eq(find_ended(place.trace).wait_status, SIGKILL);
	run_free(&run);
	script_place_remove(&place);
}

/* Where the standard streams are closed their numbers are not the trace's: what is printed would go there. */
Test(run_trace, standard_streams_closed)
{
	struct place place = script_place();
	struct run run = {0};

	script_run(&run, &place,
		   "$C run -o t $P/creates_all_sorts 1 <&- >&- 2>&-; $C run -o t $P/creates_all_sorts 1 2>&-; echo $?; "
		   "$C show --format strace t | wc -l");
	cr_expect_str_eq(run.output, "0\n4\n", "%s", run.errors);
	run_free(&run);
	script_place_remove(&place);
}

/* Its daemons are not waited for. */
Test(run_trace, ends_with_the_program)
{
	struct place place = script_place();
	struct run run = {0};

	script_run(
		&run, &place,
		"$C run -o t sh -c 'sleep 100 >/dev/null 2>&1 & echo $!' >pid; cat pid; kill $(cat pid) && echo alive");
	cr_expect_eq(run_count_lines(run.output, "alive"), 1, "%s", run.errors);
	run_free(&run);
	script_place_remove(&place);
}
