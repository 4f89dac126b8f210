#!/usr/bin/env python3
"""bench_call.py: what one recorded call costs the program: nanoseconds of processor time, and instructions, for each sink; and what it costs
when several threads or processes record into one trace at once.

    bench_call.py BUILD [--seconds S] [--calls N] [--json FILE] [--no-instructions]

tests/bench/call.c makes the calls, which create nothing. The sinks take turns, in many short rounds and in shuffled order; from each the
bare run of the same round is subtracted, and what is shown is the median of the differences and, in brackets, their quartiles. A fresh
trace is part of it: that its pages are touched for the first time costs whoever records.
"""
import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

import report
import variants

LEAST_ROUNDS = 3                   # however slow the machine
KINDS = {"libc": 2, "kernel": 3}   # who refuses the call: how many events it is; see call.c
WRITERS = (1, 2, 4, 8)


class Calls:
    """Runs the calls in a build, into a directory."""

    def __init__(self, build, directory, count):
        shim = os.path.join(build, "libcloneshim.so")
        self.program = os.path.join(build, "tests/bench/call")
        self.command = os.path.join(build, "cloneshim")
        self.directory, self.count = directory, count
        self.trace = os.path.join(directory, "bench.trace")

        def output(where, form):
            return {"LD_PRELOAD": shim, "CLONESHIM_OUTPUT": where, "CLONESHIM_FORMAT": form}

        self.sinks = {
            "bare": {},
            "trace": {"LD_PRELOAD": shim, "CLONESHIM_TRACE": self.trace},
            "text to /dev/null": output("/dev/null", "text"),
            "strace to /dev/null": output("/dev/null", "strace"),
            "json to /dev/null": output("/dev/null", "json"),
            "text to a file": output(os.path.join(directory, "out"), "text"),
        }

    def run(self, sink, arguments, prefix=()):
        """What it printed, on both streams."""
        variants.clear(self.directory)
        result = subprocess.run([*prefix, self.program, *map(str, arguments)], env=dict(variants.ENVIRONMENT, **self.sinks[sink]),
                                capture_output=True, text=True, timeout=variants.TIMEOUT_S, check=False)
        if result.returncode != 0:
            sys.exit("bench: %s: %s" % (sink, result.stderr.strip()))
        return result.stdout, result.stderr

    def cost(self, sink, kind, writers=1, of="threads"):
        """Nanoseconds of one call: of processor time, and of the clock."""
        arguments = [kind, self.count] + ([writers, of] if writers > 1 else [])
        processor, clock = self.run(sink, arguments)[0].split()
        return float(processor), float(clock)

    def check_recorded(self, writers, of):
        """A trace without room would be a cheap one."""
        self.cost("trace", "libc", writers, of)
        summary = subprocess.run([self.command, "summary", self.trace], capture_output=True, text=True, check=False).stdout
        expected = writers * (self.count + self.count // 10 + 1)
        if not re.search(r"^total .* %d EINVAL" % expected, summary, re.M):
            sys.exit("bench: not all of %d calls were recorded:\n%s" % (expected, summary))


def rounds_of(seconds, measurements):
    """Calls each of {name: function} once a round, in shuffled order; yields {name: result} until the time is over."""
    end = time.monotonic() + seconds
    number = 0
    while number < LEAST_ROUNDS or time.monotonic() < end:
        yield {name: measurements[name]() for name in random.sample(list(measurements), len(measurements))}
        number += 1


def measure_sinks(calls, seconds):
    """{sink: {kind: spread of the nanoseconds that it adds to a call}}; of bare, what a call costs."""
    rounds = list(rounds_of(seconds, {(sink, kind): lambda sink=sink, kind=kind: calls.cost(sink, kind)[0]
                                      for sink in calls.sinks for kind in KINDS}))
    return {sink: {kind: report.spread([taken[sink, kind] - (sink != "bare") * taken["bare", kind] for taken in rounds])
                   for kind in KINDS} for sink in calls.sinks}, len(rounds)


def measure_writers(calls, seconds):
    """[{writers, of, processor, clock}]: nanoseconds of a recorded call, its bare cost included: it is next to nothing."""
    cases = [(writers, of) for of in ("threads", "processes") for writers in WRITERS]
    for case in cases:
        calls.check_recorded(*case)
    rounds = list(rounds_of(seconds, {case: lambda case=case: calls.cost("trace", "libc", *case) for case in cases}))
    return [{"writers": writers, "of": of, "processor_ns": report.spread([taken[writers, of][0] for taken in rounds]),
             "clock_ns": report.spread([taken[writers, of][1] for taken in rounds])} for writers, of in cases], len(rounds)


def instructions_of(calls, sink, kind):
    """Of one call: the difference of two runs of different length, which have everything else in common. valgrind gives the program
    no vDSO: the clock is a system call there, and its instructions, about 50 each time, are the kernel's."""
    def collected(count):
        tool = ("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null")
        return int(re.search(r"Collected : (\d+)", calls.run(sink, [kind, count], tool)[1]).group(1))

    few, many = 1000, 2000
    return (collected(many) - collected(few)) / ((many + many // 10) - (few + few // 10))


def measure_instructions(calls):
    counted = {sink: {kind: instructions_of(calls, sink, kind) for kind in KINDS} for sink in calls.sinks}
    return {sink: {kind: counted[sink][kind] - (sink != "bare") * counted["bare"][kind] for kind in KINDS} for sink in counted}


def show_sinks(costs, instructions, rounds):
    print("\nOne call, what the shim adds to it: processor time in ns, %d rounds" % rounds)
    for kind, events in KINDS.items():
        print("\n  %-42s%-28s  %8s  %s" % ("refused by %s, %d events" % ("libc" if kind == "libc" else "the kernel", events),
                                         "  a call", "an event", "instructions"))
        for sink, kinds in costs.items():
            cost = kinds[kind]
            counted = "%12.0f" % instructions[sink][kind] if instructions else "?"
            share = "%8.0f" % (cost["median"] / events) if sink != "bare" else ""
            print("    %-40s%-28s  %8s  %s" % (sink, "%8.0f [%.0f %.0f]" % (cost["median"], cost["lower"], cost["upper"]), share, counted))


def show_writers(cases, rounds):
    print("\nSeveral record into one trace, refused by libc: ns a call, %d rounds" % rounds)
    print("\n  %-14s%-30s%s" % ("writers", "      of processor time", "      of the clock, for all"))
    for case in cases:
        cells = ["%8.0f [%.0f %.0f]" % tuple(case[kind][part] for part in ("median", "lower", "upper"))
                 for kind in ("processor_ns", "clock_ns")]
        print("  %-14s%-30s%s" % ("%d %s" % (case["writers"], case["of"]), *cells))


def parse_options():
    parser = argparse.ArgumentParser(description="What one recorded call costs.")
    parser.add_argument("build", type=os.path.abspath)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--calls", type=int, default=2000, help="of a run")
    parser.add_argument("--json", metavar="FILE", help="all figures; - is standard output")
    parser.add_argument("--no-instructions", action="store_true", help="do without valgrind, which takes half a minute")
    return parser.parse_args()


def main():
    options = parse_options()
    instructions, why = None, "not asked for"
    with tempfile.TemporaryDirectory() as directory:
        calls = Calls(options.build, directory, options.calls)
        print(report.machine(), flush=True)
        costs, sink_rounds = measure_sinks(calls, options.seconds / 2)
        if not options.no_instructions:
            why = "valgrind is not installed"
            if shutil.which("valgrind"):
                instructions, why = measure_instructions(calls), None
        show_sinks(costs, instructions, sink_rounds)
        cases, writer_rounds = measure_writers(calls, options.seconds / 2)
        show_writers(cases, writer_rounds)
    if why:
        print("\nmissing: instructions: %s" % why)
    report.write(options.json, report.as_json(events=KINDS, sinks_ns=costs, instructions=instructions, writers=cases,
                                              rounds={"sinks": sink_rounds, "writers": writer_rounds}))


if __name__ == "__main__":
    main()
