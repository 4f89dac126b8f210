/* doctor.c: what `cloneshim doctor` says of this machine and of programs of all kinds, against what is known of them. */
#include <criterion/criterion.h>
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "command/command_check.h"

TestSuite(doctor, .timeout = 120);

/* The program is examined, and the output says all of `lines`, regular expressions up to NULL. */
static void
expect(const char *program, int status, const char *const *lines)
{
	const char *arguments[] = {"doctor", program, NULL};
	struct run run = {0};

	command_run(&run, arguments);
	cr_expect_eq(run.status, status, "doctor %s: status %d, not %d:\n%s%s", program, run.status, status, run.output,
		     run.errors);
	cr_expect_str_empty(run.errors);
	for (size_t i = 0; lines[i] != NULL; i++)
		cr_expect_eq(run_count_matches(run.output, lines[i]), 1, "doctor %s does not say \"%s\" once:\n%s",
			     program, lines[i], run.output);
	run_free(&run);
}

#define EXPECT(program, status, ...) expect(program, status, (const char *[]){__VA_ARGS__, NULL})

/* A file with these bytes. */
static char *
make_file(const char *directory, const char *name, mode_t mode, const void *bytes, size_t length)
{
	char *path = run_join_path(directory, name);
	int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, mode);

	cr_assert(fd >= 0 && write(fd, bytes, length) == (ssize_t)length && fchmod(fd, mode) == 0);
	close(fd);
	return path;
}

static char *
make_text(const char *directory, const char *name, mode_t mode, const char *text)
{
	return make_file(directory, name, mode, text, strlen(text));
}

/* Runs a program and fails the test when it does not end well. */
static void
run_well(const char *const *argv)
{
	struct run run = {.argv = argv};

	cr_assert_eq(run_program(&run), 0);
	cr_assert_eq(run.status, 0, "%s: status %d: %s", argv[0], run.status, run.errors);
	run_free(&run);
}

Test(doctor, this_machine)
{
	struct utsname name;
	char kernel[256];

	uname(&name);
	snprintf(kernel, sizeof(kernel), "^  ok +kernel +Linux %s, x86_64$", name.release);
	EXPECT(NULL, 0, kernel, "^  ok +shim .*/libcloneshim.so, loaded into `true`",
	       "^  ok +probe patch +works: [4-9] sites", "^  [a-z]+ +syscall dispatch +the kernel ",
	       "^  [a-z]+ +ptrace_scope ", "^  [a-z]+ +seccomp ", "^  [a-z]+ +no_new_privs ",
	       "^  [a-z]+ +RLIMIT_NPROC .* [1-9][0-9]* tasks|^  [a-z]+ +RLIMIT_NPROC .*there are [1-9]",
	       "^  [a-z]+ +pids cgroup ", "^  [a-z]+ +kernel.threads-max +[0-9]+", "^  [a-z]+ +kernel.pid_max +[0-9]+",
	       "^  [a-z]+ +vm.max_map_count +[0-9]+",
	       "^  [a-z]+ +vm.overcommit_memory +[0-2]: ", "^  [a-z]+ +RLIMIT_AS ", "^  [a-z]+ +RLIMIT_STACK ");
}

Test(doctor, dynamic_program)
{
	EXPECT("sort", 0, "^  ok +file +/.*/sort$", "64-bit ELF for x86-64, dynamic$",
	       "loader +/.*/ld-linux-x86-64.so.2$", "^  ok +libc +glibc [0-9.]+, /.*libc.so.6$",
	       "^  ok +sites +[4-9] in this libc .*have not been searched$", "sort can be traced$");
}

Test(doctor, path_with_a_quote)
{
	char *directory = run_scratch(), *path = run_join_path(directory, "it's one $(exit 3)");
	const char *copy[] = {"cp", "/bin/true", path, NULL};

	run_well(copy);
	EXPECT(path, 0, "^  ok +libc +glibc [0-9.]+, /");
	free(path);
	run_scratch_remove(directory);
}

static void
expect_static(const char *flag, const char *line)
{
	char *directory = run_scratch(), *path = run_join_path(directory, "static"),
	     *source = make_text(directory, "static.c", 0600, "int main(void) { return 0; }\n");
	const char *compile[] = {"cc", flag, "-o", path, source, NULL};
	struct run run = {.argv = compile};

	cr_assert_eq(run_program(&run), 0);
	if (run.status != 0)
		cr_skip("cc %s does not work here: %s", flag, run.errors);
	EXPECT(path, 1, line, "^  problem +tracing .* cannot be traced: linked statically",
	       "→ link it without -static");
	run_free(&run);
	free(source);
	free(path);
	run_scratch_remove(directory);
}

Test(doctor, static_program)
{
	expect_static("-static", "64-bit ELF for x86-64, static$");
}

Test(doctor, static_pie_program)
{
	expect_static("-static-pie", "64-bit ELF for x86-64, static-pie$");
}

/* A copy of true with the mode, that belongs to nobody. */
static char *
make_foreign_copy(const char *directory, const char *mode)
{
	char *path = run_join_path(directory, "copy");
	const char *copy[] = {"cp", "/bin/true", path, NULL};
	const char *change[] = {"chmod", mode, path, NULL};
	struct statvfs mount;

	if (getuid() != 0)
		cr_skip("only root can make a setuid program of another user's");
	cr_assert_eq(statvfs(directory, &mount), 0);
	if ((mount.f_flag & ST_NOSUID) != 0)
		cr_skip("%s is mounted nosuid", directory);
	run_well(copy);
	cr_assert_eq(chown(path, 65534, 65534), 0);
	run_well(change);
	return path;
}

Test(doctor, setuid_program)
{
	char *directory = run_scratch(), *path = make_foreign_copy(directory, "u+s");

	EXPECT(path, 1, "cannot be traced: setuid: .*LD_PRELOAD");
	free(path);
	run_scratch_remove(directory);
}

Test(doctor, setgid_program)
{
	char *directory = run_scratch(), *path = make_foreign_copy(directory, "g+s");

	EXPECT(path, 1, "cannot be traced: setgid: .*LD_PRELOAD");
	free(path);
	run_scratch_remove(directory);
}

/* The bit alone takes nobody's rights. */
Test(doctor, own_setuid_program)
{
	char *directory = run_scratch(), *path = make_foreign_copy(directory, "u+s");

	cr_assert_eq(chown(path, 0, 0), 0);
	cr_assert_eq(chmod(path, 04755), 0);
	EXPECT(path, 0, "^  note +rights +setuid, which gives this user nothing here", "can be traced$");
	free(path);
	run_scratch_remove(directory);
}

Test(doctor, scripts)
{
	char *directory = run_scratch();
	char *plain = make_text(directory, "plain", 0755, "#! /bin/sh -e\nexit 0\n");
	char *by_env = make_text(directory, "by_env", 0755, "#!/usr/bin/env -S X=1 sort -r\n");
	char *orphaned = make_text(directory, "orphaned", 0755, "#!/nowhere/interpreter\n");
	char *nested, line[4200];

	snprintf(line, sizeof(line), "#!%s\n", plain);
	nested = make_text(directory, "nested", 0755, line);
	EXPECT(plain, 0, "script +run by \"#!/bin/sh -e\"$", "program +/bin/sh, ", "can be traced$");
	EXPECT(by_env, 0, "program +/.*/sort, ");
	EXPECT(nested, 0, "script +run by \"#!/bin/sh -e\"$", "script +run by \"#!/.*/plain\"$", "program +/bin/sh, ");
	EXPECT(orphaned, 1, "cannot be run: the interpreter of the script, /nowhere/interpreter: No such file");
	free(nested);
	free(orphaned);
	free(by_env);
	free(plain);
	run_scratch_remove(directory);
}

Test(doctor, what_cannot_be_run)
{
	char *directory = run_scratch();
	char *text = make_text(directory, "text", 0644, "nothing to run\n");
	char *executable_text = make_text(directory, "executable", 0755, "nothing to run\n");
	char *empty = make_text(directory, "empty", 0755, "");
	char *missing = run_join_path(directory, "missing");

	EXPECT(text, 1, "cannot be run: not executable for this user$");
	EXPECT(executable_text, 1, "cannot be run: neither an ELF program nor a script");
	EXPECT(empty, 1, "cannot be run: neither an ELF program nor a script");
	EXPECT(missing, 1, "cannot be run: there is no such file$");
	EXPECT(directory, 1, "cannot be run: a directory$");
	EXPECT("no-program-has-this-name", 1, "cannot be run: not found in PATH$");
	EXPECT("", 1, "cannot be run: not found in PATH$");
	free(missing);
	free(empty);
	free(executable_text);
	free(text);
	run_scratch_remove(directory);
}

/* Headers are all that is looked at. */
Test(doctor, other_machines)
{
	char *directory = run_scratch(), *i386, *aarch64, *cut;
	Elf32_Ehdr small = {.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS32, ELFDATA2LSB, EV_CURRENT},
			    .e_type = ET_EXEC,
			    .e_machine = EM_386,
			    .e_version = EV_CURRENT,
			    .e_ehsize = sizeof(small)};
	Elf64_Ehdr large = {.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
			    .e_type = ET_EXEC,
			    .e_machine = EM_AARCH64,
			    .e_version = EV_CURRENT,
			    .e_ehsize = sizeof(large)};

	i386 = make_file(directory, "i386", 0755, &small, sizeof(small));
	aarch64 = make_file(directory, "aarch64", 0755, &large, sizeof(large));
	cut = make_file(directory, "cut", 0755, &large, 20);
	EXPECT(i386, 1, "32-bit ELF for i386, static$", "cannot be traced: a 32-bit program");
	EXPECT(aarch64, 1, "cannot be run: a program for AArch64, not for x86-64$");
	EXPECT(cut, 1, "cannot be run: (neither|an ELF file with damaged headers)");
	free(cut);
	free(aarch64);
	free(i386);
	run_scratch_remove(directory);
}

/* What a command that is started otherwise says. */
static void
expect_of(const char *const *argv, const char *const *lines)
{
	struct run run = {.argv = argv};

	cr_assert_eq(run_program(&run), 0);
	if (run.status > 1)
		cr_skip("%s does not work here: %s", argv[0], run.errors);
	for (size_t i = 0; lines[i] != NULL; i++)
		cr_expect_eq(run_count_matches(run.output, lines[i]), 1, "%s does not lead to \"%s\" once:\n%s",
			     argv[0], lines[i], run.output);
	run_free(&run);
}

#define EXPECT_OF(argv, ...) expect_of(argv, (const char *[]){__VA_ARGS__, NULL})

Test(doctor, under_seccomp)
{
	const char *argv[] = {run_victim("under_seccomp"), command_path(), "doctor", NULL};

	EXPECT_OF(argv, "^  note +seccomp +on \\(mode 2\\)",
		  "^  note +no_new_privs +on: ", "^  note +syscall dispatch +the kernel refuses .*not permitted",
		  "^  ok +probe patch +works");
}

Test(doctor, under_limits)
{
	const char *argv[] = {"bash", "-c", "ulimit -v 4000000; ulimit -s 256; ulimit -u 20; exec \"$0\" doctor",
			      command_path(), NULL};

	EXPECT_OF(argv, "^  note +RLIMIT_AS +4000000 KiB", "^  ok +RLIMIT_STACK +256 KiB", "RLIMIT_NPROC +20[ ,]");
}

/* Root may go beyond it: somebody else has to ask. */
Test(doctor, few_processes_left)
{
	const char *argv[] = {"setpriv",
			      "--reuid=65533",
			      "--clear-groups",
			      "bash",
			      "-c",
			      "ulimit -u 20; exec \"$0\" doctor",
			      command_path(),
			      NULL};

	if (getuid() != 0)
		cr_skip("only root can become a user without other processes");
	EXPECT_OF(argv, "^  problem +RLIMIT_NPROC +20 tasks of this user at once; there are 1$",
		  "→ .*raise it with ulimit -u$");
}

/* A parent that may not change its rights any more: what is setuid is traced like any other program. */
Test(doctor, without_new_privileges)
{
	char *directory = run_scratch(), *path = make_foreign_copy(directory, "u+s");
	const char *argv[] = {"setpriv", "--no-new-privs", command_path(), "doctor", path, NULL};

	EXPECT_OF(argv, "^  note +no_new_privs +on: ", "^  note +rights +setuid, which gives this user nothing here");
	free(path);
	run_scratch_remove(directory);
}

Test(doctor, json)
{
	static const char check[] = "import json, sys\n"
				    "d = json.load(sys.stdin)\n"
				    "assert d['schema'] == 1 and d['type'] == 'doctor' and d['program'] == 'sort' and "
				    "d['traceable'] is True\n"
				    "for f in d['findings']:\n"
				    "    assert set(f) == {'group', 'subject', 'state', 'text', 'advice'}, f\n"
				    "    assert f['state'] in ('ok', 'note', 'problem', 'unknown'), f\n"
				    "assert {'kernel', 'probe patch', 'RLIMIT_NPROC', 'format', 'sites'} <= "
				    "{f['subject'] for f in d['findings']}\n";
	const char *arguments[] = {"doctor", "--json", "sort", NULL};
	const char *argv[] = {"python3", "-c", check, NULL};
	struct run run = {0}, checked = {.argv = argv};

	command_run_well(&run, arguments);
	checked.input = run.output;
	cr_assert_eq(run_program(&checked), 0);
	cr_expect_eq(checked.status, 0, "%s", checked.errors);
	run_free(&run);
	run_free(&checked);
}

Test(doctor, usage)
{
	const char *two[] = {"doctor", "sort", "more", NULL}, *help[] = {"doctor", "--help", NULL};
	struct run run = {0};

	command_run(&run, two);
	cr_expect_eq(run.status, 2);
	cr_expect_neq(strstr(run.errors, "more: expected one program"), NULL, "%s", run.errors);
	run_free(&run);
	command_run_well(&run, help);
	cr_expect_neq(strstr(run.output, "cloneshim doctor /usr/bin/sudo"), NULL, "%s", run.output);
	run_free(&run);
}
