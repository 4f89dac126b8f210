/* run.c: `cloneshim run`: what the program gets, what is shown, and what is refused. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/command_check.h"
#include "command/script.h"

TestSuite(run, .timeout = 120);

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The script prints the same, and exits with the same, when `run` is what $R stands for. */
static void
expect_same(const char *script)
{
	static const char *const ways[] = {"R=", "R=\"$C run\"", "R=\"$C run -o $T\"",
					   "R=\"$C run -o $T --size 128K --\""};
	struct place place = script_place();
	struct run bare = {0};

	for (size_t i = 0; i < COUNT(ways); i++) {
		struct run run = {0};
		char text[2048];

		snprintf(text, sizeof(text), "%s; %s", ways[i], script);
		script_run(i == 0 ? &bare : &run, &place, text);
		if (i == 0)
			continue;
		cr_expect_str_eq(run.output, bare.output, "%s: %s, bare %s", text, run.output, bare.output);
		cr_expect_eq(run.status, bare.status, "%s: %d, bare %d: %s", text, run.status, bare.status, run.errors);
		run_free(&run);
	}
	run_free(&bare);
	script_place_remove(&place);
}

Test(run, exit_status_is_the_programs)
{
	expect_same("$R sh -c 'exit 7'");
	expect_same("$R sh -c 'kill -TERM $$'");
	expect_same("$R sh -c 'kill -KILL $$'");
	expect_same("$R /bin/true -o nonsense --help");
	expect_same("echo 'exit 4' >script; chmod +x script; $R ./script");
	expect_same("$R ./nosuch");
	expect_same("$R nosuch");
	expect_same("echo 'exit 4' >script; $R ./script");
	expect_same("$R ./");
}

/* Ignored signals as by nohup, a mask, descriptors, limits, and an alarm that was set before. */
Test(run, program_inherits_what_we_inherited)
{
	expect_same("export LEADER=$$; $P/starts_oddly 0 ${R:-/usr/bin/env} $P/tells_itself");
	expect_same("$P/starts_oddly 1 ${R:-/usr/bin/env} /bin/sleep 20");
	expect_same("ulimit -c 0; nohup ${R:-env} sh -c 'kill -HUP $$; echo lives'");
}

/* Ours come ahead; what is there stays. */
Test(run, preloads_stay)
{
	struct place place = script_place();
	struct run run = {0};
	char expected[1100];

	script_run(&run, &place, "LD_PRELOAD=libm.so.6 $C run --output /dev/null $P/tells_itself LD_PRELOAD");
	snprintf(expected, sizeof(expected), "LD_PRELOAD=%s:libm.so.6\n", run_shim_path());
	cr_expect_str_eq(run.output, expected);
	cr_expect_str_empty(run.errors);
	run_free(&run);
	script_run(&run, &place, "$C run --output /dev/null $C run $P/tells_itself LD_PRELOAD");
	snprintf(expected, sizeof(expected), "LD_PRELOAD=%s\n", run_shim_path());
	cr_expect_str_eq(run.output, expected);
	run_free(&run);
	script_place_remove(&place);
}

struct row {
	char options[120];
	char variable[24];
	char value[64]; /* %s: the place's directory */
};

ParameterizedTestParameters(run, options_set_variables)
{
	static struct row rows[] = {
		{"-o t", "CLONESHIM_TRACE", "%s/t"},
		{"", "CLONESHIM_TRACE", "(unset)"},
		{"-o t --size 1M", "CLONESHIM_TRACE_SIZE", "1M"},
		{"-o t", "CLONESHIM_OUTPUT", "(unset)"},
		{"-o t --format json", "CLONESHIM_OUTPUT", "users"},
		{"-o t --output log", "CLONESHIM_OUTPUT", "%s/log"},
		{"-o t --output stderr", "CLONESHIM_OUTPUT", "stderr"},
		{"", "CLONESHIM_OUTPUT", "users"},
		{"--format json", "CLONESHIM_FORMAT", "json"},
		{"", "CLONESHIM_FORMAT", "strace"},
		{"--probe off", "CLONESHIM_PROBE", "off"},
		{"", "CLONESHIM_PROBE", "(unset)"},
		{"--inject 'clone:error=EAGAIN;fork:error=7'", "CLONESHIM_INJECT", "clone:error=EAGAIN;fork:error=7"},
		{"--follow", "CLONESHIM_FOLLOW", "1"},
		{"", "CLONESHIM_FOLLOW", "(unset)"},
	};

	return cr_make_param_array(struct row, rows, COUNT(rows));
}

ParameterizedTest(struct row *row, run, options_set_variables)
{
	struct place place = script_place();
	struct run run = {0};
	char script[512], value[512], expected[600];

	snprintf(script, sizeof(script),
		 "CLONESHIM_OUTPUT=users CLONESHIM_FORMAT=strace $C run %s -- $P/tells_itself %s", row->options,
		 row->variable);
	script_run(&run, &place, script);
	snprintf(value, sizeof(value), strncmp(row->value, "%s", 2) == 0 ? "%s%s" : "%.0s%s", place.directory,
		 strncmp(row->value, "%s", 2) == 0 ? row->value + 2 : row->value);
	snprintf(expected, sizeof(expected), "%s=%s\n", row->variable, value);
	cr_expect_str_eq(run.output, expected, "%s: %s", row->options, run.errors);
	cr_expect_eq(run.status, 0);
	run_free(&run);
	script_place_remove(&place);
}

struct refusal {
	char script[200];
	char line[120]; /* a regular expression for the one line */
	int status;
};

ParameterizedTestParameters(run, refuses)
{
	static struct refusal rows[] = {
		{"$C run", "^cloneshim run: expected a program to run$", 2},
		{"$C run --format xml touch ran", "--format xml: expected text, strace or json$", 2},
		{"$C run --probe x touch ran", "--probe x: expected auto, patch, dispatch or off$", 2},
		{"$C run --inject clone touch ran", "--inject clone: expected SYSCALL", 2},
		{"$C run -o t --size 1 touch ran", "--size 1: expected bytes", 2},
		{"$C run --size 1M touch ran", "--size: expected with -o TRACE$", 2},
		{"$C run -o '' touch ran", "-o : expected a file's path", 2},
		{"$C run --output no/such touch ran", "no/such: No such file or directory$", 2},
		{"$C run --output . touch ran", "cloneshim: .: Is a directory$", 2},
		{"$C run -o . touch ran", "cloneshim: .: expected a file, this is a directory$", 2},
		{"$C run -o no/such touch ran", "no/such: No such file or directory$", 2},
		{"$C run -o /dev/null touch ran", "/dev/null: expected a regular file$", 2},
		{"echo old >f; ln -s f t; $C run -o t touch ran; s=$?; grep -q old f && exit $s", "symbolic link$", 2},
		{"ulimit -f 1000; $C run -o t --size 1M touch ran", "t: 1048576 bytes are more than RLIMIT_FSIZE", 2},
		{"mkfifo t; $C run -o t touch ran", "t: expected a regular file$", 2},
		{"echo old >t; $C run -o t nosuch; s=$?; grep -q old t && exit $s", "^cloneshim: nosuch: not found$",
		 127},
		{"touch f; $C run -o t ./f; s=$?; test ! -e t && exit $s", "^cloneshim: ./f: Permission denied$", 126},
		{"echo '#!/no/such' >f; chmod +x f; $C run -o t ./f; s=$?; test ! -e t && exit $s",
		 "^cloneshim: ./f: not found$", 127},
		{"mkdir b; cp $C b; b/cloneshim run touch ran", "libcloneshim.so: expected it", 2},
		{"mkdir 'a b'; cp $C ${C%/*}/libcloneshim.so 'a b'; 'a b/cloneshim' run touch ran", "space or a colon$",
		 2},
	};

	return cr_make_param_array(struct refusal, rows, COUNT(rows));
}

/* One line, its exit status, and nothing was run. */
ParameterizedTest(struct refusal *row, run, refuses)
{
	struct place place = script_place();
	char *ran = run_join_path(place.directory, "ran");
	struct run run = {0};

	script_run(&run, &place, row->script);
	cr_expect_eq(run_count_lines(run.errors, NULL), 1, "%s: %s", row->script, run.errors);
	cr_expect_eq(run_count_matches(run.errors, row->line), 1, "%s: %s", row->script, run.errors);
	cr_expect_eq(run.status, row->status, "%s: %d", row->script, run.status);
	cr_expect_neq(access(ran, F_OK), 0, "%s", row->script);
	run_free(&run);
	free(ran);
	script_place_remove(&place);
}

Test(run, shows_live_by_default)
{
	struct place place = script_place();
	struct run run = {0};

	script_run(&run, &place, "$C run $P/creates_all_sorts 1");
	cr_expect_eq(run.status, 0);
	cr_expect_eq(run_count_matches(run.errors, "pthread_create\\(.*\\) called from"), 1, "%s", run.errors);
	run_free(&run);
	script_run(&run, &place,
		   "$C run --format strace --output log $P/creates_all_sorts 1; grep -c '^[0-9].*clone3(' log");
	cr_expect_str_eq(run.output, "2\n", "%s", run.errors);
	cr_expect_str_empty(run.errors);
	run_free(&run);
	script_place_remove(&place);
}

/* make install, and the command finds its shim there. */
Test(run, installed)
{
	struct place place = script_place();
	struct run run = {0};

	script_run(&run, &place,
		   "make -s -C " RUN_SOURCE_DIRECTORY " install DESTDIR=$PWD/d PREFIX=/usr >/dev/null && "
		   "d/usr/bin/cloneshim run --output /dev/null $P/tells_itself LD_PRELOAD");
	cr_expect_eq(run_count_lines(run.output, "/d/usr/lib/cloneshim/libcloneshim.so"), 1, "%s%s", run.output,
		     run.errors);
	run_free(&run);
	script_place_remove(&place);
}

Test(run, help_has_an_example)
{
	const char *help[] = {"run", "--help", NULL};
	struct run run = {0};

	command_run_well(&run, help);
	cr_expect_eq(run_count_lines(run.output, "cloneshim run -o make.trace make -j2"), 1, "%s", run.output);
	run_free(&run);
}
