#!/usr/bin/env python3
"""falsify_events.py SCHEMA LOG: changes a good log, in which a program made threads and processes, in one place after the other; what
check_events.py does not notice is printed. Exit status 1 when there is anything."""
import json
import sys

import check_events

# The first occurrence of each is replaced.
FALSIFICATIONS = [
    (b'"ret":0,', b'"ret":11,'),
    (b'"errno":null', b'"errno":"EAGAIN"'),
    (b'"outcome":"returned"', b'"outcome":"unfinished"'),
    (b'"CLONE_VM",', b''),
    (b'"CLONE_VM"', b'"CLONE_PTRACE"'),
    (b'"flags_value":"0x', b'"flags_value":"0x1'),
    (b'"child":', b'"child":1'),
    (b'"origin":"libc"', b'"origin":"copy"'),
    (b'"syscalls_apart":0', b'"syscalls_apart":1'),
    (b'"not_observed":null', b'"not_observed":"reason"'),
    (b'"args":{', b'"args":{"more":1,'),
    (b'"attr":null,', b''),
    (b'"type":"process"', b'"type":"exec"'),
    (b'"id":2,', b'"id":1,'),
    (b'"depth":0,', b''),
    (b'"depth":0', b'"depth":"0"'),
    (b'"depth":0', b'"depth":-1'),
    (b'"error":null', b'"error":null,"error":null'),
    (b'}\n', b'\n'),
    (b'"module":"', b'"module":"\x01'),
    (b'"module":"', b'"module":"\xff'),
    (b'"duration_ns":', b'"duration_ns":-'),
    (b'"start_ns":', b'"start_ns":9'),
    (b'"tid":', b'"tid":0'),
    (b'"symbol":', b'"symbol":[],"symbol":'),
]


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    with open(sys.argv[2], "rb") as file:
        log = file.read()

    def problems(text):
        checker = check_events.Checker(schema)
        checker.check_log(text.splitlines(keepends=True))
        return checker.problems

    unnoticed = [f"the log itself: {problem}" for problem in problems(log)]
    for old, new in FALSIFICATIONS:
        if old not in log:
            unnoticed.append(f"no {old} in the log")
        elif not problems(log.replace(old, new, 1)):
            unnoticed.append(f"{new} for {old}: not noticed")
    if not problems(b"".join(log.splitlines(keepends=True)[1:])):
        unnoticed.append("without its first line: not noticed")
    print("\n".join(unnoticed))
    return 1 if unnoticed else 0


sys.exit(main())
