/*
 * commands.c: programs written elsewhere that take minutes, or a package of their own: `make check-programs` runs them through the
 * same oracle as `make check` runs its commands.
 *
 * Servers listen on a Unix socket or on a free port of the loopback interface, in a directory of their own, and are stopped at
 * the end; whatever is left of a command's process group is killed.
 */
#include "oracle/commands.h"

#define ANY COMMAND_ANY

/* exec and spawn refuse to work for the superuser: in a user namespace they are somebody else, who may still write the log. */
#define UNPRIVILEGED "unshare", "-U", "--map-user=1000", "--map-group=1000"
#define NAMESPACE_WORKS "unshare -U --map-user=1000 --map-group=1000 true || { echo no user namespaces here; exit 77; }"

#define STRESS_MIN 10 /* syscalls that even a slow machine makes in the time that it has */

#define HAS_STRESSOR(stressor) \
	"stress-ng --help | grep -q -e '--" stressor " N' || { echo this stress-ng has no --" stressor "; exit 77; }"

/* One worker for five seconds, bare and under the shim; and, since strace takes its time, a few rounds with strace beside it. */
#define STRESS(stressor, rounds)                                                                                   \
	{.name = "stress-ng --" stressor,                                                                          \
	 .argv = {"stress-ng", "-q", "--" stressor, "1", "-t", "5"},                                               \
	 .setup = HAS_STRESSOR(stressor),                                                                          \
	 .runs = RUN_WITHOUT_STRACE},                                                                              \
	{                                                                                                          \
		.name = "stress-ng --" stressor ", " rounds " rounds",                                             \
		.argv = {"stress-ng", "-q", "--" stressor, "1", "--" stressor "-ops", rounds, "-t", "4"},          \
		.setup = HAS_STRESSOR(stressor), .runs = RUN_UNDER_STRACE, .at_least = STRESS_MIN, .threads = ANY, \
		.processes = ANY                                                                                   \
	}

#define STRESS_UNPRIVILEGED(stressor, rounds)                                                                       \
	{.name = "stress-ng --" stressor,                                                                           \
	 .argv = {UNPRIVILEGED, "stress-ng", "-q", "--" stressor, "1", "-t", "5"},                                  \
	 .needs = {"stress-ng"},                                                                                    \
	 .setup = NAMESPACE_WORKS,                                                                                  \
	 .runs = RUN_WITHOUT_STRACE},                                                                               \
	{                                                                                                           \
		.name = "stress-ng --" stressor ", " rounds " rounds", .argv = {UNPRIVILEGED, "stress-ng",          \
										"-q",         "--" stressor,        \
										"1",          "--" stressor "-ops", \
										rounds,       "-t",                 \
										"4"},                               \
		.needs = {"stress-ng"}, .setup = NAMESPACE_WORKS, .runs = RUN_UNDER_STRACE, .at_least = STRESS_MIN, \
		.threads = ANY, .processes = ANY                                                                    \
	}

/* The interpreter that the tests were packaged for, whatever stands first in PATH. */
#define PYTHON_TEST "sh", "-c", "PATH=/usr/bin:/bin; exec python3 -m test -W \"$@\" 2>&1", "test"
#define HAS_PYTHON_TEST(test)                                                                              \
	"PATH=/usr/bin:/bin; python3 -c 'import test." test "' || { echo python3 comes without test." test \
	"; exit 77; }"

static const char node_workers[] =
	"const { Worker, isMainThread, parentPort, workerData } = require('worker_threads');\n"
	"const { spawn, exec, fork, execFileSync, spawnSync } = require('child_process');\n"
	"const run = f => new Promise(f);\n"
	"if (process.argv[2] === 'forked') { process.on('message', m => { process.send(m * 2); process.disconnect(); "
	"}); }\n"
	"else if (!isMainThread) parentPort.postMessage(workerData * workerData);\n"
	"else (async () => {\n"
	"  const all = [1, 2, 3, 4].map(n => run(done => new Worker(__filename, { workerData: n }).on('message', "
	"done)));\n"
	"  console.log(await Promise.all(all));\n"
	"  console.log(await run(done => exec('echo shell; exit 3', (e, out) => done([e.code, out]))));\n"
	"  console.log(await run(done => spawn('cat', { stdio: ['pipe', 'pipe', 2] }).on('close', "
	"done).stdin.end('x')));\n"
	"  console.log(await run(done => { const c = fork(__filename, ['forked']); c.on('message', done); c.send(21); "
	"}));\n"
	"  console.log(execFileSync('echo', ['sync']).toString(), spawnSync('no-such-program').error.code);\n"
	"})();\n";

static const char java_program[] =
	"import java.util.concurrent.*; import java.util.*;\n"
	"public class Tasks {\n"
	"  public static void main(String[] a) throws Exception {\n"
	"    List<Thread> threads = new ArrayList<>(); List<Integer> done = new CopyOnWriteArrayList<>();\n"
	"    for (int i = 0; i < 20; i++) { int n = i; threads.add(new Thread(() -> done.add(n))); }\n"
	"    for (Thread t : threads) t.start();\n"
	"    for (Thread t : threads) t.join();\n"
	"    System.out.println(new TreeSet<>(done));\n"
	"    for (int i = 0; i < 4; i++) {\n"
	"      Process p = new ProcessBuilder(\"sh\", \"-c\", \"echo child; exit \" + i).start();\n"
	"      System.out.println(new String(p.getInputStream().readAllBytes()).trim() + \" \" + p.waitFor());\n"
	"    }\n"
	"    ExecutorService pool = Executors.newFixedThreadPool(4);\n"
	"    int sum = 0; List<Future<Integer>> futures = new ArrayList<>();\n"
	"    for (int i = 0; i < 100; i++) { int n = i; futures.add(pool.submit(() -> n)); }\n"
	"    for (Future<Integer> f : futures) sum += f.get();\n"
	"    pool.shutdown(); System.out.println(sum);\n"
	"    try { new ProcessBuilder(\"no-such-program\").start(); } catch (java.io.IOException e) { "
	"System.out.println(\"refused\"); }\n"
	"  }\n"
	"}\n";

static const char perl_program[] =
	"use IPC::Open3; use POSIX ':sys_wait_h';\n"
	"for my $i (1 .. 10) { my $p = fork // die; if (!$p) { exec 'sh', '-c', \"exit $i\" } waitpid $p, 0; print $? "
	">> 8, ' ' }\n"
	"my $p = open3(my $in, my $out, undef, 'cat'); print $in \"through cat\\n\"; close $in; print <$out>; waitpid "
	"$p, 0;\n"
	"print `echo backticks`, system('exit 4') >> 8, \"\\n\"; open my $f, '|-', 'cat' or die; print $f \"pipe\\n\"; "
	"close $f;\n"
	"pipe my $r, my $w; if (!fork) { close $r; print $w 'child'; exit } close $w; print <$r>, \"\\n\"; wait;\n";

/* Writes, saves in the background, reads back from a server that is started anew on the file. */
static const char redis_session[] =
	"start() { redis-server --port 0 --unixsocket ./socket --save '' --dir . --loglevel warning >log 2>&1 & "
	"server=$!\n"
	"  n=0; until redis-cli -s ./socket ping 2>/dev/null | grep -q PONG; do n=$((n+1)); [ $n -lt 300 ] || exit 1; "
	"sleep 0.1; done; }\n"
	"stop() { redis-cli -s ./socket shutdown nosave; wait $server; echo \"server: $?\"; }\n"
	"start; before=$(redis-cli -s ./socket lastsave)\n"
	"seq 500 | sed 's/.*/set key& value&/' | redis-cli -s ./socket | sort | uniq -c\n"
	"sleep 1; redis-cli -s ./socket bgsave; n=0\n"
	"until [ \"$(redis-cli -s ./socket lastsave)\" != \"$before\" ]; do n=$((n+1)); [ $n -lt 300 ] || exit 1; "
	"sleep 0.1; done\n"
	"redis-cli -s ./socket info persistence | grep -a last_bgsave_status; stop\n"
	"start; redis-cli -s ./socket dbsize; redis-cli -s ./socket get key321; stop\n";

/* Two workers on a free port of the loopback interface: 40 requests, then a stop. */
static const char nginx_session[] =
	"import http.client, os, signal, socket, subprocess, time\n"
	"with socket.socket() as s:\n"
	"    s.bind(('127.0.0.1', 0)); port = s.getsockname()[1]\n"
	"open('index.html', 'w').write('served\\n')\n"
	"open('nginx.conf', 'w').write(f'''daemon off; user root; worker_processes 2; pid nginx.pid; error_log "
	"errors;\n"
	"events {{ worker_connections 64; }}\n"
	"http {{ access_log off; client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path "
	"t4;\n"
	"  scgi_temp_path t5; server {{ listen 127.0.0.1:{port}; root {os.getcwd()}; }} }}''')\n"
	"server = subprocess.Popen(['nginx', '-p', os.getcwd(), '-c', 'nginx.conf', '-e', 'errors'])\n"
	"for attempt in range(300):\n"
	"    try:\n"
	"        socket.create_connection(('127.0.0.1', port), 1).close(); break\n"
	"    except OSError:\n"
	"        time.sleep(0.1)\n"
	"answers = set()\n"
	"for i in range(40):\n"
	"    c = http.client.HTTPConnection('127.0.0.1', port, timeout=20); c.request('GET', '/index.html')\n"
	"    r = c.getresponse(); answers.add((r.status, r.read())); c.close()\n"
	"print(answers)\n"
	"server.send_signal(signal.SIGHUP); time.sleep(1)  # new workers\n"
	"c = http.client.HTTPConnection('127.0.0.1', port, timeout=20); c.request('GET', '/missing')\n"
	"print(c.getresponse().status); c.close(); server.send_signal(signal.SIGQUIT); print(server.wait(60))\n";

/* tmux's server makes a terminal for each window with forkpty, and ends with its last one: each window waits for what is made last. */
static const char tmux_session[] =
	"unset TMUX; t() { tmux -S ./socket -f /dev/null \"$@\"; }\n"
	"tries() { n=0; until eval \"$1\"; do n=$((n+1)); [ $n -lt 300 ] || { t kill-server; exit 1; }; sleep 0.1; "
	"done; }\n"
	"last='until [ -s third ]; do sleep 0.1; done'\n"
	"t new-session -d -x 80 -y 24 \"tty >/dev/null && echo first is a terminal >first; $last\"\n"
	"t new-window \"tty >/dev/null && echo second too >second; $last\"; tries '[ -s first ] && [ -s second ]'\n"
	"t run-shell 'echo run >third'; tries '[ -s third ]'; cat first second third; tries '! t has-session "
	"2>/dev/null'\n";

static const char gcc_sources[] =
	"for i in 1 2 3 4 5 6; do echo \"int f$i(int x) { return x + $i; }\" >f$i.c; done\n"
	"echo 'int f1(int); int f6(int); int main(void) { return f1(f6(0)); }' >main.c\n"
	"printf 'run: program\\n\\t./program; test $$? -eq 7 && echo seven\\nprogram: main.o f1.o f2.o f3.o f4.o f5.o "
	"f6.o\\n' >Makefile\n"
	"printf '\\tgcc -flto=2 -pipe -o $@ $^\\n%%.o: %%.c\\n\\tgcc -flto -O2 -pipe -c -o $@ $<\\n' >>Makefile";

#define PYTHON_SCRIPT "python3", "script"

static const char python_tasks[] =
	"import threading, subprocess, os\n"
	"done = []\n"
	"threads = [threading.Thread(target=lambda i=i: done.append(bytearray(10000 * i))) for i in range(20)]\n"
	"[t.start() for t in threads]; [t.join() for t in threads]\n"
	"print(len(done), subprocess.run(['sh', '-c', 'echo child; exit 3'], capture_output=True).stdout)\n"
	"p = os.fork()\n"
	"if p == 0: os._exit(5)\n"
	"print(os.waitpid(p, 0)[1])\n";

/* Another preloaded object, before the shim and after it. */
#define PRELOADED(title, object)                                                                   \
	{.name = title ", before the shim",                                                        \
	 .argv = {PYTHON_SCRIPT},                                                                  \
	 .script = python_tasks,                                                                   \
	 .preload_before = object,                                                                 \
	 .at_least = 22,                                                                           \
	 .threads = ANY,                                                                           \
	 .processes = ANY},                                                                        \
	{                                                                                          \
		.name = title ", after the shim", .argv = {PYTHON_SCRIPT}, .script = python_tasks, \
		.preload_after = object, .at_least = 22, .threads = ANY, .processes = ANY          \
	}

const struct command commands[] = {
	STRESS("clone", "60"),
	STRESS("fork", "60"),
	STRESS("vfork", "60"),
	STRESS("vforkmany", "20"),
	STRESS("pthread", "60"),
	STRESS("daemon", "60"),
	STRESS("zombie", "60"),
	STRESS("sigfork", "60"),
	STRESS_UNPRIVILEGED("spawn", "60"),
	STRESS_UNPRIVILEGED("exec", "8"),

	{.name = "python3 test_threading",
	 .argv = {PYTHON_TEST, "test_threading"},
	 .setup = HAS_PYTHON_TEST("test_threading"),
	 .verdict = "Tests result: SUCCESS",
	 .runs = RUN_WITHOUT_STRACE,
	 .timeout_s = 300},
	{.name = "python3 test_subprocess",
	 /* that test counts descriptors, and the shim holds one for its log */
	 .argv = {PYTHON_TEST, "test_subprocess", "-i", "test_pass_fds_redirected"},
	 .setup = HAS_PYTHON_TEST("test_subprocess"),
	 .verdict = "Tests result: SUCCESS",
	 .runs = RUN_WITHOUT_STRACE,
	 .timeout_s = 300},
	{.name = "python3 test_multiprocessing_fork",
	 .argv = {PYTHON_TEST, "test_multiprocessing_fork", "-m", "WithProcessesTest[PQ]*"},
	 .setup = HAS_PYTHON_TEST("test_multiprocessing_fork"),
	 .verdict = "Tests result: SUCCESS",
	 .runs = RUN_WITHOUT_STRACE,
	 .timeout_s = 300},
	{.name = "python3 test_posix",
	 .argv = {PYTHON_TEST, "test_posix"},
	 .setup = HAS_PYTHON_TEST("test_posix"),
	 .verdict = "Tests result: SUCCESS",
	 .at_least = 40,
	 .threads = ANY,
	 .processes = ANY,
	 .timeout_s = 200},
	{.name = "python3 test_threading, ThreadTests",
	 .argv = {PYTHON_TEST, "test_threading", "-m", "ThreadTests"},
	 .setup = HAS_PYTHON_TEST("test_threading"),
	 .runs = RUN_UNDER_STRACE,
	 .at_least = 100,
	 .threads = ANY,
	 .processes = ANY,
	 .timeout_s = 200},
	{.name = "python3 test_subprocess, POSIXProcessTestCase",
	 .argv = {PYTHON_TEST, "test_subprocess", "-m", "POSIXProcessTestCase"},
	 .setup = HAS_PYTHON_TEST("test_subprocess"),
	 .runs = RUN_UNDER_STRACE,
	 .at_least = 100,
	 .threads = ANY,
	 .processes = ANY,
	 .timeout_s = 200},
	{.name = "python3 test_multiprocessing_fork, processes",
	 .argv = {PYTHON_TEST, "test_multiprocessing_fork", "-m", "WithProcessesTestProcess"},
	 .setup = HAS_PYTHON_TEST("test_multiprocessing_fork"),
	 .runs = RUN_UNDER_STRACE,
	 .at_least = 40,
	 .threads = ANY,
	 .processes = ANY,
	 .timeout_s = 200},

	{.name = "node worker_threads and child_process",
	 .argv = {"node", "script"},
	 .script = node_workers,
	 .at_least = 12,
	 .threads = ANY,
	 .processes = ANY},
	{.name = "java threads and ProcessBuilder",
	 .argv = {"java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m", "-cp", ".", "Tasks"},
	 .script = java_program,
	 .needs = {"javac"},
	 .setup = "mv script Tasks.java && javac Tasks.java",
	 .at_least = 30,
	 .threads = ANY,
	 .processes = ANY},
	{.name = "perl",
	 .argv = {"perl", "script"},
	 .script = perl_program,
	 .at_least = 14,
	 .threads = ANY,
	 .processes = ANY},
	/* Debian's is linked with jemalloc, which makes its background thread, one for each start of the server, by the pthread_create
	   that comes next after itself. In front of the shim, that is the shim's. */
	{.name = "redis-server, BGSAVE",
	 .argv = {"sh", "script"},
	 .script = redis_session,
	 .needs = {"redis-server", "redis-cli"},
	 .calls_past_the_shim = 2,
	 .at_least = 20,
	 .threads = ANY,
	 .processes = ANY},
	{.name = "redis-server, BGSAVE, jemalloc before the shim",
	 .argv = {"sh", "script"},
	 .script = redis_session,
	 .preload_before = "libjemalloc.so.2",
	 .needs = {"redis-server", "redis-cli"},
	 .at_least = 20,
	 .threads = ANY,
	 .processes = ANY},
	{.name = "nginx, two workers",
	 .argv = {PYTHON_SCRIPT},
	 .script = nginx_session,
	 .needs = {"nginx"},
	 .at_least = 5,
	 .threads = ANY,
	 .processes = ANY},
	{.name = "make and gcc -flto",
	 .argv = {"make", "-s", "-j2"},
	 .setup = gcc_sources,
	 .needs = {"gcc"},
	 .at_least = 20,
	 .threads = ANY,
	 .processes = ANY},
	{.name = "tmux",
	 .argv = {"sh", "script"},
	 .script = tmux_session,
	 .needs = {"tmux"},
	 .at_least = 8,
	 .threads = ANY,
	 .processes = ANY},
	{.name = "script",
	 .argv = {"script", "-q", "-e", "-c", "tty >/dev/null && echo on a terminal; (exit 3)", "typescript"},
	 .at_least = 2,
	 .threads = ANY,
	 .processes = ANY},

	PRELOADED("jemalloc", "libjemalloc.so.2"),
	PRELOADED("tcmalloc", "libtcmalloc_minimal.so.4"),
	PRELOADED("eatmydata", "libeatmydata.so"),
	PRELOADED("faketime", "/usr/$LIB/faketime/libfaketimeMT.so.1"),
};

const size_t command_count = sizeof(commands) / sizeof(commands[0]);
