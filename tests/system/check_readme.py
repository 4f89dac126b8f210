#!/usr/bin/env python3
"""check_readme.py DOCUMENT: runs every command of a document's console blocks and holds what it prints against what the document says.

The commands run in the working directory. A block that begins with ```console has lines "$ command", each followed by its
output. Addresses, numbers and times differ from run to run, and so does the order of lines that two processes write: numbers
are compared as N, and the lines of a command as a multiset. "sum: 3" and "exit status 1" are no such numbers: they are
compared as they are. "$ command" without output lines only has to succeed.

Left out: "make check", which is what runs this, and commands of a program that is not there or may not work (strace where
ptrace is denied, full paths where the kernel cannot tell of them); each is said.
"""
import collections
import ctypes
import os
import re
import subprocess
import sys

SYSCALL_USER_DISPATCH = 59  # PR_SET_SYSCALL_USER_DISPATCH, Linux 5.11


def blocks(path):
    """Yields (command, output lines) from the document."""
    command, output, inside = None, [], False
    for line in open(path, encoding="utf-8"):
        line = line.rstrip("\n")
        if not inside:
            inside = line == "```console"
            continue
        if line.startswith("$ ") or line == "```":
            if command is not None:
                yield command, output
            command, output = line[2:], []
            if line == "```":
                command, inside = None, False
        else:
            output.append(line)


def reason_to_skip(command):
    if command.startswith("make check"):
        return "it runs this"
    if command.startswith("strace ") and subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True).returncode:
        return "strace may not trace here"
    if "--path full" in command and ctypes.CDLL(None).prctl(SYSCALL_USER_DISPATCH, 0, 0, 0, 0):
        return "there is no Syscall User Dispatch here"
    return None


def normalized(line):
    line = re.sub(r"0x[0-9a-f]+", "N", line)
    line = re.sub(r"(?<!sum: )(?<!exit status )\b\d+(\.\d+)?( (ns|µs|ms|s)\b)?", "N", line)
    line = re.sub(r"(?<=[ (])/[^ ),]*/", "/PATH/", line)
    line = re.sub("─+", "─", line)  # a table is as wide as its numbers
    return re.sub(r" +", " ", line)


def main():
    failed = compared = 0
    os.environ["LC_ALL"] = "C.UTF-8"  # elsewhere there may be no line to draw a tree with, and other words for errors
    for command, expected in blocks(sys.argv[1]):
        skipped = reason_to_skip(command)
        if skipped:
            print(f"left out: $ {command}: {skipped}")
            continue
        run = subprocess.run(["sh", "-c", command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
        if run.returncode != 0:
            print(f"failed: $ {command}\n{run.stdout}exit status {run.returncode}")
            failed += 1
            continue
        compared += 1
        if not expected:
            continue
        told = collections.Counter(normalized(line) for line in expected if line)
        seen = collections.Counter(normalized(line) for line in run.stdout.splitlines() if line)
        if told != seen:
            failed += 1
            print(f"different: $ {command}")
            for line in sorted((told - seen).elements()):
                print(f"  only in the document: {line}")
            for line in sorted((seen - told).elements()):
                print(f"  only in the run:      {line}")
    print(f"{compared} commands compared, {failed} different")
    return 1 if failed or compared == 0 else 0


sys.exit(main())
