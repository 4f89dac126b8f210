#!/usr/bin/env python3
"""bench.py: what tracing costs: the same workloads bare, under the shim, and under the tools that people would use instead.

    bench.py BUILD [--seconds S] [--workload NAME…] [--variant NAME…] [--json FILE] [--markdown FILE] [--scale X]

Machines are noisy and shared, so no time stands alone: a workload runs in many short rounds, in each of which the variants run once, in
shuffled order, and each is divided by the bare run of the same round. The table shows the median of these ratios and, in brackets, their
quartiles. Slow peers sit out rounds: their ratios need fewer digits, and would take the time from those that need more.
"""
import argparse
import os
import random
import sys
import tempfile
import time

import report
import variants
from workloads import WORKLOADS, command_of

LEAST_ROUNDS = 3    # of everything, however slow the machine
PEERS_SHARE = 0.5   # of the time that the bare runs took, for each peer


def matching(names, parts):
    return [name for name in names if not parts or any(part in name for part in parts)]


def progress(text):
    if sys.stderr.isatty():
        print("\r\033[K%s" % text, end="", file=sys.stderr, flush=True)


class Measurement:
    """One workload under the chosen variants."""

    def __init__(self, name, chosen, options, directory):
        self.name, self.chosen, self.directory = name, chosen, directory
        workload = WORKLOADS[name]
        self.seconds = options.seconds * workload.weight
        self.command, self.prepare = command_of(workload, options.build, directory, options.scale)
        self.launcher = os.path.join(options.build, "tests/bench/launch") if workload.is_whole else None
        self.rounds, self.failures, self.end = [], {}, 0
        self.spent = dict.fromkeys(chosen, 0.0)

    def lacks_rounds(self, name):
        return name not in self.failures and sum(name in taken for taken in self.rounds) < LEAST_ROUNDS

    def is_due(self, name):
        """When the time is over, who has sat out too many rounds is made up for."""
        if name in self.failures:
            return False
        if time.monotonic() >= self.end:
            return name == "bare" or self.lacks_rounds(name)
        return not self.chosen[name].is_peer or self.spent[name] <= PEERS_SHARE * self.spent["bare"]

    def measure_round(self):
        taken = {}
        due = [name for name in self.chosen if self.is_due(name)]
        for name in random.sample(due, len(due)):
            self.prepare()
            start = time.monotonic()
            nanoseconds, error = variants.run(self.chosen[name], self.command, self.directory, self.launcher)
            self.spent[name] += time.monotonic() - start
            if error is None:
                taken[name] = nanoseconds
            else:
                self.failures[name] = error
        self.rounds.append(taken)

    def measure(self):
        self.end = time.monotonic() + self.seconds
        while time.monotonic() < self.end or any(map(self.lacks_rounds, self.chosen)):
            progress("%s: round %d, %.0f s left " % (self.name, len(self.rounds) + 1, max(0, self.end - time.monotonic())))
            self.measure_round()
            if "bare" in self.failures:
                sys.exit("bench: %s does not run: %s" % (self.name, self.failures["bare"]))
        progress("")
        return report.summary(self.rounds, self.chosen, self.failures)


def choose(options, directory):
    """The variants that can be measured here, and why others cannot."""
    table = variants.table(options.build, directory)
    chosen, missing = {}, {}
    for name in table:
        if name != "bare" and name not in matching(table, options.variant):
            continue
        progress("does it trace: %s " % name)
        why = variants.why_missing(table[name], options.build, directory)
        if why is None:
            chosen[name] = table[name]
        else:
            missing[name] = why
    progress("")
    if "bare" not in chosen:
        sys.exit("bench: the bare workload does not run: %s" % missing["bare"])
    return chosen, missing


def parse_options():
    parser = argparse.ArgumentParser(description="Ratios to the bare run: median [quartiles].")
    parser.add_argument("build", type=os.path.abspath)
    parser.add_argument("--seconds", type=float, default=70, help="for each workload; make takes five times as many, the shell loop twice")
    parser.add_argument("--scale", type=float, default=1.0, help="of the number of creations in a run")
    parser.add_argument("--workload", action="append", help="those whose name contains this")
    parser.add_argument("--variant", action="append", help="those whose name contains this; bare is always measured")
    parser.add_argument("--json", metavar="FILE", help="all figures; - is standard output")
    parser.add_argument("--markdown", metavar="FILE", help="a table of the medians; - is standard output")
    return parser.parse_args()


def main():
    options = parse_options()
    results = {}
    with tempfile.TemporaryDirectory() as directory:
        print(report.machine(), flush=True)
        chosen, missing = choose(options, directory)
        for name in matching(WORKLOADS, options.workload):
            results[name] = Measurement(name, chosen, options, directory).measure()
            report.show(name, results[name])
    print("".join("\nmissing: %s: %s" % item for item in missing.items()))
    report.write(options.json, report.as_json(seconds=options.seconds, results=results, missing=missing))
    report.write(options.markdown, report.markdown(results, chosen, missing))


if __name__ == "__main__":
    main()
