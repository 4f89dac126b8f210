/* run_signals.c: signals and the terminal reach a program under `cloneshim run` as they do without it. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/command_check.h"
#include "command/terminal.h"

TestSuite(run_signals, .timeout = 120);

static size_t
start(struct terminal *terminal, const char *const *argv)
{
	terminal_start(terminal, argv);
	return terminal_expect(terminal, 0, "ready ");
}

/* What was sent to `run` by kill(2) reaches the program: each signal once, with its value. */
Test(run_signals, sent_to_run_are_passed_on)
{
	static struct terminal terminal;
	char victim[512];
	const char *argv[] = {command_path(), "run", "--probe", "off", victim, NULL};
	size_t at;

	snprintf(victim, sizeof(victim), "%s", run_victim("tells_signals"));
	at = start(&terminal, argv);
	kill(terminal.pid, SIGHUP);
	at = terminal_expect(&terminal, at, "got SIGHUP\r\n");
	kill(terminal.pid, SIGINT);
	at = terminal_expect(&terminal, at, "got SIGINT\r\n");
	kill(terminal.pid, SIGCONT);
	at = terminal_expect(&terminal, at, "got SIGCONT\r\n");
	sigqueue(terminal.pid, SIGRTMIN + 1, (union sigval){.sival_int = 42});
	at = terminal_expect(&terminal, at, "got SIGRT with 42\r\n");
	kill(terminal.pid, SIGTERM);
	terminal_expect(&terminal, at, "got SIGTERM\r\n");
	cr_expect_eq(terminal_finish(&terminal), 3);
	cr_expect_eq(run_count_lines(terminal.text, "got "), 5, "%s", terminal.text);
}

/* The terminal sends to the whole process group. Were Ctrl-C passed on as well, it would be there before the SIGTERM. */
Test(run_signals, of_the_terminal_come_once)
{
	static struct terminal terminal;
	char victim[512];
	const char *argv[] = {command_path(), "run", "--probe", "off", victim, NULL};
	size_t at;

	snprintf(victim, sizeof(victim), "%s", run_victim("tells_signals"));
	at = start(&terminal, argv);
	terminal_type(&terminal, "\003");
	at = terminal_expect(&terminal, at, "got SIGINT\r\n");
	terminal_type(&terminal, "\034");
	at = terminal_expect(&terminal, at, "got SIGQUIT\r\n");
	kill(terminal.pid, SIGTERM);
	terminal_expect(&terminal, at, "got SIGTERM\r\n");
	cr_expect_eq(terminal_finish(&terminal), 3);
	cr_expect_eq(run_count_lines(terminal.text, "got "), 3, "%s", terminal.text);
}

/* awk leaves SIGINT as it is. A shell that is about to exec may have taken it, and forgets it then. */
Test(run_signals, program_ended_by_the_terminal)
{
	static struct terminal terminal;
	const char *argv[] = {command_path(),
			      "run",
			      "--probe",
			      "off",
			      "awk",
			      "BEGIN { print \"ready now\"; fflush(); getline }",
			      NULL};

	start(&terminal, argv);
	terminal_type(&terminal, "\003");
	cr_expect_eq(terminal_finish(&terminal), 128 + SIGINT);
}

/* Ctrl-Z stops the job, by the same signal as without us; fg goes on with it: twice, to see that nothing is left behind. */
Test(run_signals, job_control)
{
	static struct terminal terminal;
	char victim[512], shell[512], stopped[32];
	const char *argv[] = {shell, command_path(), "run", "--probe", "off", victim, NULL};
	int program;
	size_t at;

	snprintf(victim, sizeof(victim), "%s", run_victim("tells_signals"));
	snprintf(shell, sizeof(shell), "%s", run_victim("job_shell"));
	snprintf(stopped, sizeof(stopped), "job stopped by %d\r\n", SIGTSTP);
	at = start(&terminal, argv);
	terminal_expect(&terminal, at, "\r\n");
	cr_assert_eq(sscanf(terminal.text + at, "%d", &program), 1);
	for (int i = 0; i < 2; i++) {
		terminal_type(&terminal, "\032");
		at = terminal_expect(&terminal, at, stopped);
		terminal_type(&terminal, "fg\n");
		at = terminal_expect(&terminal, at, "got SIGCONT\r\n");
		terminal_type(&terminal, "\003");
		at = terminal_expect(&terminal, at, "got SIGINT\r\n");
	}
	kill(program, SIGTERM);
	terminal_expect(&terminal, at, "job ended with 3\r\n");
	cr_expect_eq(run_count_lines(terminal.text, "got "), 5, "%s", terminal.text);
	cr_expect_eq(terminal_finish(&terminal), 0);
}

/* A program that stops itself stops `run`; who continues `run` alone continues the program. */
Test(run_signals, stopped_and_continued_alone)
{
	static struct terminal terminal;
	char shell[512], stopped[32];
	const char *argv[] = {
		shell, command_path(), "run", "--probe",
		"off", "sh",           "-c",  "echo ready $PPID end; kill -STOP $$; echo continued; exit 9",
		NULL};
	int run_pid;
	size_t at;

	snprintf(shell, sizeof(shell), "%s", run_victim("job_shell"));
	snprintf(stopped, sizeof(stopped), "job stopped by %d\r\n", SIGSTOP);
	at = start(&terminal, argv);
	terminal_expect(&terminal, at, "end");
	cr_assert_eq(sscanf(terminal.text + at, "%d", &run_pid), 1);
	terminal_expect(&terminal, at, stopped);
	kill(run_pid, SIGCONT);
	terminal_expect(&terminal, at, "continued\r\n");
	terminal_type(&terminal, "fg\n");
	terminal_expect(&terminal, at, "job ended with 9\r\n");
	cr_expect_eq(terminal_finish(&terminal), 0);
}

/* Who kills `run` does not kill the program. */
Test(run_signals, program_outlives_run)
{
	static struct terminal terminal;
	const char *argv[] = {
		command_path(),
		"run",
		"--probe",
		"off",
		"sh",
		"-c",
		"trap '' HUP; echo ready; kill -9 $PPID; while kill -0 $PPID 2>/dev/null; do sleep 0.01; done; "
		"echo alive >\"$0\"",
		NULL,
		NULL};
	char *directory = run_scratch(), *path = run_join_path(directory, "said"), *said = NULL;

	argv[7] = path;
	terminal_start(&terminal, argv);
	terminal_expect(&terminal, 0, "ready");
	cr_expect_eq(terminal_finish(&terminal), 128 + SIGKILL);
	for (int i = 0; i < 3000 && (said == NULL || said[0] == '\0'); i++) {
		free(said);
		usleep(10000);
		said = run_read_file(path, NULL);
	}
	cr_expect(said != NULL && strcmp(said, "alive\n") == 0);
	free(said);
	free(path);
	run_scratch_remove(directory);
}
