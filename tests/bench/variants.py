"""What the workloads run under: nothing, an empty object, the shim, and the tools that people would use instead. Each is asked once, before
anything is measured, to show the creations of a program that creates: what runs, but traces nothing, must not shine by its speed."""
import os
import re
import shutil
import signal
import subprocess
from dataclasses import dataclass, field

TIMEOUT_S = 300

# What is set around us is no part of any variant; and the workload `make` is no part of the make that may have started this.
ENVIRONMENT = {name: value for name, value in os.environ.items()
               if not name.startswith(("LD_PRELOAD", "CLONESHIM_", "MAKE", "MFLAGS"))}

# The creations alone, of every tool that can be asked for them: what cloneshim records.
SYSCALLS = "clone,clone3,fork,vfork"
LIBC_CALLS = ["pthread_create", "fork", "vfork", "posix_spawn", "system"]


@dataclass
class Variant:
    prefix: list = field(default_factory=list)        # in front of the workload's command
    environment: dict = field(default_factory=dict)
    shown_by: list = None                             # prints what was recorded, …
    shows: str = ""                                   # … in which this is, of a program that creates threads
    is_peer: bool = True


def table(build, directory):
    shim = os.path.join(build, "libcloneshim.so")
    command = os.path.join(build, "cloneshim")
    trace = os.path.join(directory, "bench.trace")
    out = os.path.join(directory, "out")

    def own(shown_by=None, shows="", **environment):
        return Variant([], environment, shown_by, shows, is_peer=False)

    def peer(prefix, shown_by, shows):
        return Variant(prefix, {}, shown_by, shows)

    written = ["cat", out]
    recorded = [command, "show", trace]
    # bpftrace splits what -c is given at spaces, and knows no quotes: its workload is one word, put together in run().
    probes = "tracepoint:syscalls:sys_enter_clone,tracepoint:syscalls:sys_enter_clone3,tracepoint:syscalls:sys_enter_vfork"
    return {
        "bare": own(),
        "empty preload": own(LD_PRELOAD=os.path.join(build, "tests/bench/empty.so")),
        "cloneshim, trace": own(recorded, r"pthread_create\(.*\n.*clone", LD_PRELOAD=shim, CLONESHIM_TRACE=trace),
        "cloneshim, text to /dev/null": own(LD_PRELOAD=shim, CLONESHIM_OUTPUT="/dev/null"),
        "cloneshim, full path": own(recorded, r"mprotect\(", LD_PRELOAD=shim, CLONESHIM_TRACE=trace, CLONESHIM_PATH="full"),
        "bpftrace": peer(["bpftrace", "-q", "-o", out, "-e", probes + " { @[comm] = count(); }", "-c"], written, r"@\[workload\]"),
        "uftrace": peer(["uftrace", "record", "--force", "--no-event", "-d", out + ".uftrace"] +
                        [word for call in LIBC_CALLS for word in ("-F", call)],
                        ["uftrace", "report", "-d", out + ".uftrace"], "pthread_create"),
        "perf trace": peer(["perf", "trace", "-o", out, "-e", SYSCALLS], written, r"clone3?\("),
        "strace -f --seccomp-bpf": peer(["strace", "-f", "--seccomp-bpf", "-o", out, "-e", "trace=" + SYSCALLS], written, r"clone3?\("),
        "strace -f": peer(["strace", "-f", "-o", out, "-e", "trace=" + SYSCALLS], written, r"clone3?\("),
        "ltrace": peer(["ltrace", "-f", "-o", out, "-e", "+".join(LIBC_CALLS)], written, r"pthread_create\("),
    }


def clear(directory):
    """Removes what an earlier run recorded: a trace that is there would be joined."""
    for name in os.listdir(directory):
        if name.startswith(("bench.trace", "out")):
            path = os.path.join(directory, name)
            shutil.rmtree(path, True) if os.path.isdir(path) else os.unlink(path)


def run(variant, command, directory, launcher=None):
    """(nanoseconds that the workload, or the launcher around it, printed; why not). The launcher gives the environment to the command."""
    clear(directory)
    environment = dict(ENVIRONMENT)
    if launcher is not None:
        command = [launcher] + ["%s=%s" % item for item in variant.environment.items()] + ["--"] + command
    else:
        environment.update(variant.environment)
    if variant.prefix[:1] == ["bpftrace"]:
        command = [" ".join(command)]
    try:
        result = subprocess.run(variant.prefix + command, env=environment, capture_output=True, text=True, errors="replace",
                                timeout=TIMEOUT_S, check=False)
    except (subprocess.TimeoutExpired, OSError) as error:
        return None, str(error)
    times = re.findall(r"^(\d+) ns$", result.stdout, re.M)
    if result.returncode != 0 or not times:
        return None, why_failed(result)
    return int(times[-1]), None


def why_failed(result):
    if result.returncode < 0:
        return "ended by %s" % signal.Signals(-result.returncode).name
    return (result.stderr.strip().splitlines() or ["exit status %d" % result.returncode])[-1]


def why_missing(variant, build, directory):
    """None: it runs here, and traces."""
    if variant.prefix and shutil.which(variant.prefix[0]) is None:
        return "%s is not installed" % variant.prefix[0]
    _, error = run(variant, [os.path.join(build, "tests/bench/workload"), "pthread", "20"], directory)
    if error is not None or variant.shown_by is None:
        return error
    shown = subprocess.run(variant.shown_by, capture_output=True, text=True, errors="replace", timeout=TIMEOUT_S, check=False)
    return None if re.search(variant.shows, shown.stdout) else "it runs here, but shows nothing of the threads that were created"
