/* commands.c: see commands.h. */
#include "oracle/commands.h"

#define OBJECT(name) RUN_BUILD_DIRECTORY "/tests/preloads/" name ".so"
#define TIMES "[0-9.]+ ms"
#define ANY COMMAND_ANY

static const char python_threads[] =
	"import threading\n"
	"done = []\n"
	"threads = [threading.Thread(target=lambda i=i: done.append(i)) for i in range(20)]\n"
	"[t.start() for t in threads]\n"
	"[t.join() for t in threads]\n"
	"print(sorted(done))\n";

static const char python_subprocess[] =
	"import subprocess, os\n"
	"for i in range(8):\n"
	"    print(subprocess.run(['echo', str(i)], capture_output=True, text=True).stdout.strip())\n"
	"print(subprocess.run('exit 5', shell=True).returncode)\n"
	"print(subprocess.check_output('echo a | tr a b', shell=True, preexec_fn=lambda: os.umask(0)))\n";

static const char python_pool[] = "import multiprocessing as m, sys\n"
				  "def square(x): return x * x\n"
				  "if __name__ == '__main__':\n"
				  "    with m.get_context(sys.argv[1]).Pool(4) as pool:\n"
				  "        print(pool.map(square, range(20)))\n";

static const char perl_fork[] =
	"for my $i (1 .. 12) { my $p = fork(); die unless defined $p; if (!$p) { exit($i) } waitpid($p, 0); print $? "
	">> 8, \"\\n\" }"
	"print `echo backticks`; system('echo system'); open(my $f, '-|', 'echo', 'pipe') or die; print <$f>;";

static const char pipelines[] =
	"for i in 1 2 3 4 5 6; do seq $i 40 | sort -n | tail -n 2 | cat; done\n"
	"(echo sub; (echo shell)) | cat; x=$(echo $(echo nested)); echo $x; sleep 0 & wait $!; echo done\n";

static const char bash_extras[] =
	"diff <(seq 5) <(seq 5) && echo same; coproc cat; echo through >&${COPROC[1]}; read -r line <&${COPROC[0]}\n"
	"echo $line; eval \"exec ${COPROC[1]}>&-\"; wait; for i in {1..15}; do /bin/true; (exit $i); done; echo $?\n";

static const char git_setup[] =
	"git init -q . && git config user.name n && git config user.email e && git config pack.threads 2 && echo text "
	">file && "
	"printf '#!/bin/sh\\necho hook\\n' >.git/hooks/pre-commit && chmod +x .git/hooks/pre-commit";

static const char git_work[] =
	"git add file && git commit -q -m first && echo more >>file && git status --short && git diff --stat && "
	"git commit -q -a -m second && git log --format=%s && git gc -q && git fsck && git clone -q . copy && "
	"git -C copy log --oneline --format=%s && git -c alias.shell='!echo alias' shell";

const struct command commands[] = {
	/* One clone3 per thread, one clone per process: the lesson of the two demos. */
	{.name = "sum_array_threads 1",
	 .argv = {"demo:sum_array_threads", "1"},
	 .varying = TIMES,
	 .at_least = 1,
	 .threads = 1},
	{.name = "sum_array_threads 2",
	 .argv = {"demo:sum_array_threads", "2"},
	 .varying = TIMES,
	 .at_least = 2,
	 .threads = 2},
	{.name = "sum_array_threads 8",
	 .argv = {"demo:sum_array_threads", "8"},
	 .varying = TIMES,
	 .at_least = 8,
	 .threads = 8},
	{.name = "sum_array_processes 1",
	 .argv = {"demo:sum_array_processes", "1"},
	 .varying = TIMES,
	 .at_least = 1,
	 .processes = 1},
	{.name = "sum_array_processes 2",
	 .argv = {"demo:sum_array_processes", "2"},
	 .varying = TIMES,
	 .at_least = 2,
	 .processes = 2},
	{.name = "sum_array_processes 8",
	 .argv = {"demo:sum_array_processes", "8"},
	 .varying = TIMES,
	 .at_least = 8,
	 .processes = 8},
	{.name = "thrd_create", .argv = {"demo:thrd_create"}, .at_least = 1, .threads = 1},
	{.name = "vfork_exec", .argv = {"demo:vfork_exec"}, .at_least = 1, .processes = 1},
	{.name = "posix_spawn", .argv = {"demo:posix_spawn"}, .at_least = 1, .processes = 1},
	{.name = "clone_thread", .argv = {"demo:clone_thread"}, .varying = "[0-9]+", .at_least = 1, .processes = 1},
	{.name = "clone_namespaces",
	 .argv = {"demo:clone_namespaces"},
	 .varying = "out here is [0-9]+",
	 .at_least = 1,
	 .processes = 1},
	{.name = "clone_files", .argv = {"demo:clone_files"}, .at_least = 1, .processes = 1},
	{.name = "copy_on_write",
	 .argv = {"demo:copy_on_write"},
	 .varying = "[0-9]+ (page faults to|to write)",
	 .at_least = 1,
	 .processes = 1},

	/* Programs of tests/system that make much, from many tasks at once, and fail. */
	{.name = "every call",
	 .argv = {"victim:every_call"},
	 .varying = "made .*",
	 .at_least = 6,
	 .threads = 2,
	 .processes = 4},
	{.name = "fork among thread creators",
	 .argv = {"victim:fork_among_thread_creators"},
	 .varying = "made .*",
	 .at_least = 728,
	 .threads = 488,
	 .processes = 240},
	{.name = "nested vfork",
	 .argv = {"victim:vfork_nested"},
	 .varying = "made .*",
	 .at_least = 26,
	 .processes = 26},
	{.name = "interrupted fork",
	 .argv = {"victim:fork_in_signal_handler"},
	 .varying = "made .*",
	 .handler_makes_syscalls = true,
	 .at_least = 101,
	 .processes = ANY},
	{.name = "clone with optional arguments",
	 .argv = {"victim:clone_variadic_arguments"},
	 .varying = "made .*|fact .*",
	 .at_least = 1,
	 .processes = 1},
	{.name = "failing with EAGAIN",
	 .argv = {"victim:thread_create_fails", "eagain"},
	 .varying = "made .*",
	 .at_least = 3,
	 .threads = ANY,
	 .processes = ANY},
	{.name = "failing with EINVAL",
	 .argv = {"victim:thread_create_fails", "einval"},
	 .varying = "made .*",
	 .at_least = 2,
	 .threads = ANY,
	 .processes = ANY},
	{.name = "syscalls of objects that are loaded later",
	 .argv = {"victim:loads_raw_syscalls", OBJECT("forks_in_constructor"),
		  OBJECT("forks_in_constructor_elsewhere")},
	 .varying = "made .*|fact .*",
	 .at_least = 120,
	 .processes = 120},

	/* Programs written elsewhere. */
	{.name = "bash pipelines", .argv = {"bash", "-c", pipelines}, .at_least = 25, .processes = ANY},
	{.name = "bash extras", .argv = {"bash", "-c", bash_extras}, .at_least = 25, .processes = ANY},
	{.name = "dash pipelines", .argv = {"dash", "-c", pipelines}, .at_least = 25, .processes = ANY},
	{.name = "python3 threads",
	 .argv = {"python3", "-c", python_threads},
	 .at_least = 20,
	 .threads = ANY,
	 .processes = ANY},
	{.name = "python3 subprocess",
	 .argv = {"python3", "-c", python_subprocess},
	 .at_least = 10,
	 .threads = ANY,
	 .processes = ANY},
	{.name = "python3 multiprocessing, fork",
	 .argv = {"python3", "script", "fork"},
	 .script = python_pool,
	 .at_least = 7,
	 .threads = ANY,
	 .processes = ANY},
	{.name = "python3 multiprocessing, spawn",
	 .argv = {"python3", "script", "spawn"},
	 .script = python_pool,
	 .at_least = 7,
	 .threads = ANY,
	 .processes = ANY},
	{.name = "perl", .argv = {"perl", "-e", perl_fork}, .at_least = 15, .processes = ANY},
	{.name = "xz -T2",
	 .argv = {"sh", "-c", "xz -T2 --block-size=256KiB -0 -c numbers | xz -dc | cksum"},
	 .setup = "seq 400000 >numbers",
	 .at_least = 4,
	 .threads = ANY,
	 .processes = ANY},
	{.name = "sort --parallel=2",
	 .argv = {"sh", "-c", "sort --parallel=2 -S 20M -n -r numbers | cksum"},
	 .setup = "seq 300000 >numbers",
	 .at_least = 3,
	 .threads = ANY,
	 .processes = ANY},
	{.name = "make -j2 of this project",
	 .argv = {"make:", "-j2"},
	 .varying = "/[^ ]*/build/",
	 .unordered = true,
	 .at_least = 40,
	 .threads = ANY,
	 .processes = ANY},
	{.name = "git",
	 .argv = {"sh", "-c", git_work},
	 .setup = git_setup,
	 .at_least = 15,
	 .threads = ANY,
	 .processes = ANY},
};

const size_t command_count = sizeof(commands) / sizeof(commands[0]);
