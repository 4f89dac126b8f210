#!/usr/bin/env python3
"""bench.py: what tracing costs: the same workloads bare, under the shim, and under the tools that people would use instead.

    bench.py BUILD [--rounds N] [--workload NAME…] [--variant NAME…] [--json FILE] [--scale X]

Machines are noisy and shared, so no time stands alone: in each round all variants of a workload run once, in shuffled order, and each
is divided by the bare run of the same round. The table shows the median of these ratios and, in brackets, their quartiles. A tool that
is not installed, or may not trace here, is named as missing.
"""
import argparse
import json
import os
import platform
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

TIMEOUT_S = 300

# name: (arguments for the workload program, or a command; count per run)
WORKLOADS = {
    "pthread create+join": ("pthread", 2000),
    "8 threads creating": ("crowd", 2000),
    "fork+wait": ("fork", 300),
    "fork+wait, 1 GiB": ("fork-1g", 10),
    "vfork+exec true": ("vfork", 100),
    "posix_spawn true": ("spawn", 100),
    "system(true)": ("system", 60),
    "server: a thread a request": ("server", 1500),
    "shell loop, 500 commands": (["sh", "-c", "i=0; while [ $i -lt 500 ]; do /bin/true; i=$((i+1)); done"], 1),
    "make -j2 of cloneshim's decode": ("make", 1),
}


def variants(build, directory):
    """name: (command in front of the workload, environment)"""
    shim = os.path.join(build, "libcloneshim.so")
    empty = os.path.join(build, "tests/bench/empty.so")
    null = os.path.join(directory, "out")

    def preload(library, **environment):
        return [], dict(LD_PRELOAD=library, **environment)

    trace = os.path.join(directory, "bench.trace")
    return {
        "bare": ([], {}),
        "empty preload": preload(empty),
        "cloneshim, trace": preload(shim, CLONESHIM_TRACE=trace, CLONESHIM_TRACE_SIZE="256M"),
        "cloneshim, text to /dev/null": preload(shim, CLONESHIM_OUTPUT="/dev/null"),
        "cloneshim, full path": preload(shim, CLONESHIM_TRACE=trace, CLONESHIM_TRACE_SIZE="1G", CLONESHIM_PATH="full"),
        "bpftrace": (["bpftrace", "-q", "-o", null, "-e",
                      "tracepoint:syscalls:sys_enter_clone3,tracepoint:syscalls:sys_enter_clone { @[pid] = count(); }",
                      "-c"], {}),
        "uftrace": (["uftrace", "record", "--force", "-l", "-d", null + ".uftrace"], {}),
        "perf trace": (["perf", "trace", "-o", null, "-e", "clone,clone3,fork,vfork"], {}),
        "strace -f --seccomp-bpf": (["strace", "-f", "--seccomp-bpf", "-o", null, "-e", "trace=clone,clone3,fork,vfork"], {}),
        "strace -f": (["strace", "-f", "-o", null, "-e", "trace=clone,clone3,fork,vfork"], {}),
        "ltrace": (["ltrace", "-f", "-o", null, "-e", "pthread_create+fork+vfork+posix_spawn+system"], {}),
    }


def command_of(workload, build, directory, scale):
    """The command, and what has to be done before each run."""
    what, count = WORKLOADS[workload]
    if what == "make":
        source = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        target = os.path.join(directory, "make-build")
        return ["make", "-s", "-C", source, "-j2", "BUILD=" + target, "bench-objects"], lambda: shutil.rmtree(target, True)
    if isinstance(what, list):
        return what, lambda: None
    program = os.path.join(build, "tests/bench/workload")
    return [program, what, str(max(1, int(count * scale)))], lambda: None


def run(prefix, environment, command, directory):
    """Nanoseconds of one run: what the workload printed, else the whole of it. None: it failed."""
    for name in os.listdir(directory):
        if name.startswith(("bench.trace", "out")):
            path = os.path.join(directory, name)
            shutil.rmtree(path, True) if os.path.isdir(path) else os.unlink(path)
    if prefix and prefix[-1] == "-c" and prefix[0] == "bpftrace":
        command = [" ".join("'%s'" % word.replace("'", "'\\''") for word in command)]
    start = time.monotonic_ns()
    try:
        result = subprocess.run(prefix + command, env=dict(os.environ, **environment), capture_output=True, text=True,
                                timeout=TIMEOUT_S)
    except (subprocess.TimeoutExpired, OSError) as error:
        return None, str(error)
    elapsed = time.monotonic_ns() - start
    if result.returncode != 0:
        return None, (result.stderr.strip().splitlines() or ["exit status %d" % result.returncode])[-1]
    own = re.findall(r"^(\d+)$", result.stdout, re.M)
    return (int(own[-1]) if own else elapsed), None


def why_missing(name, prefix, environment, directory, build):
    """None: the variant can be measured here."""
    if prefix and shutil.which(prefix[0]) is None:
        return "%s is not installed" % prefix[0]
    if "CLONESHIM_PATH" in environment:
        help_text = subprocess.run(["true"], env=dict(os.environ, LD_PRELOAD=environment["LD_PRELOAD"], CLONESHIM_HELP="1"),
                                   capture_output=True, text=True).stdout
        if "CLONESHIM_PATH" not in help_text:
            return "this build has no full path"
    _, error = run(prefix, environment, [os.path.join(build, "tests/bench/workload"), "pthread", "2"], directory)
    return error


def machine():
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    libc = " ".join(platform.libc_ver())
    return "%s, %d processors, Linux %s, %s, %s" % (model, os.cpu_count(), platform.release(), libc,
                                                   time.strftime("%Y-%m-%d"))


def measure(chosen, workloads, build, directory, rounds, scale):
    results = {}
    for workload in workloads:
        command, before = command_of(workload, build, directory, scale)
        ratios, times = {name: [] for name in chosen}, {name: [] for name in chosen}
        failures = {}
        for number in range(rounds):
            times_now = {}
            for name in random.sample(list(chosen), len(chosen)):
                if name in failures:
                    continue
                before()
                took, error = run(*chosen[name], command, directory)
                if took is None:
                    failures[name] = error
                else:
                    times_now[name] = took
            for name, took in times_now.items():
                if "bare" in times_now:
                    ratios[name].append(took / times_now["bare"])
                    times[name].append(took)
            if sys.stderr.isatty():
                print("\r%s: round %d of %d " % (workload, number + 1, rounds), end="", file=sys.stderr)
        if sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr)
        results[workload] = {name: summary(ratios[name], times[name], failures.get(name)) for name in chosen}
    return results


def summary(ratios, times, failure):
    if len(ratios) < 2:
        return {"failure": failure or "too few rounds"}
    quartiles = statistics.quantiles(ratios, n=4)
    return {"ratio": statistics.median(ratios), "lower": quartiles[0], "upper": quartiles[2],
            "median_ns": statistics.median(times), "rounds": len(ratios)}


def show(results, chosen, missing):
    width = max(len(name) for name in chosen)
    for workload, row in results.items():
        bare = row["bare"].get("median_ns")
        print("\n%s%s" % (workload, ": %.1f µs bare" % (bare / 1e3) if bare else ""))
        for name in chosen:
            cell = row[name]
            if "failure" in cell:
                print("  %-*s  %s" % (width, name, cell["failure"]))
            elif name != "bare":
                print("  %-*s  %6.3f  [%.3f %.3f]" % (width, name, cell["ratio"], cell["lower"], cell["upper"]))
    for name, why in missing.items():
        print("\nmissing: %s: %s" % (name, why), end="")
    print()


def main():
    parser = argparse.ArgumentParser(description="Ratios to the bare run: median [quartiles].")
    parser.add_argument("build")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--scale", type=float, default=1.0, help="of the number of creations in a run")
    parser.add_argument("--workload", action="append", help="those whose name contains this")
    parser.add_argument("--variant", action="append", help="those whose name contains this; bare is always measured")
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()
    build = os.path.abspath(options.build)
    with tempfile.TemporaryDirectory() as directory:
        chosen, missing = {}, {}
        for name, (prefix, environment) in variants(build, directory).items():
            if name != "bare" and options.variant and not any(part in name for part in options.variant):
                continue
            why = why_missing(name, prefix, environment, directory, build)
            if why is None:
                chosen[name] = (prefix, environment)
            else:
                missing[name] = why
        if "bare" not in chosen:
            sys.exit("bench: the bare workload does not run: %s" % missing["bare"])
        workloads = [name for name in WORKLOADS
                     if not options.workload or any(part in name for part in options.workload)]
        print(machine())
        results = measure(chosen, workloads, build, directory, options.rounds, options.scale)
        show(results, chosen, missing)
        if options.json:
            with open(options.json, "w", encoding="utf-8") as file:
                json.dump({"machine": machine(), "rounds": options.rounds, "results": results, "missing": missing}, file, indent=1)


if __name__ == "__main__":
    main()
