#!/usr/bin/env python3
"""check_events.py SCHEMA LOG [API…]: holds a log in the json format against the schema and against itself.

Every line must be one object of the schema, told by an independent validator (Debian's python3-jsonschema), in at most 4096 bytes of
UTF-8. What the lines say of each other must agree: see the check_ functions. Each API named must occur as a call. Prints what is
wrong and a summary; exit status 1 when anything is.
"""
import collections
import json
import sys

import jsonschema

import kernel_names

LINE_MAX = 4096
THREAD, VM, VFORK = 0x10000, 0x100, 0x4000

ALWAYS_CREATE = {"pthread_create", "thrd_create", "fork", "_Fork", "vfork", "clone", "posix_spawn", "posix_spawnp", "popen",
                 "forkpty", "daemon"}
ARGUMENT_COUNT = {"clone": 5, "clone3": 2, "fork": 0, "vfork": 0}


class Checker:
    def __init__(self, schema):
        self.validator = jsonschema.Draft7Validator(schema)
        self.problems = []
        self.counts = collections.Counter()
        self.apis = collections.Counter()
        self.images = collections.Counter()  # process objects of a pid
        self.calls = {}                      # (pid, image, id) -> call object
        self.execs = {}
        self.apart = collections.Counter()   # (pid, image, id) -> syscalls that stand alone
        self.shared = set()                  # pids that run in their parent's memory, and have no process object until they exec
        self.without_process = collections.defaultdict(list)
        self.has_probe = True

    def complain(self, number, what):
        self.problems.append(f"line {number}: {what}")

    def expect(self, number, condition, what):
        if not condition:
            self.complain(number, what)

    def parse(self, number, line):
        def no_duplicates(pairs):
            if len(dict(pairs)) != len(pairs):
                self.complain(number, "a member stands twice")
            return dict(pairs)

        self.expect(number, len(line) <= LINE_MAX, f"{len(line)} bytes are more than {LINE_MAX}")
        self.expect(number, line.endswith(b"\n"), "no newline at its end")
        try:
            return json.loads(line.decode("utf-8"), object_pairs_hook=no_duplicates)
        except ValueError as error:
            self.complain(number, f"not JSON: {error}: {line[:300]!r}")
        return None

    def check_line(self, number, line):
        event = self.parse(number, line)
        if event is None:
            return
        errors = sorted(self.validator.iter_errors(event), key=lambda error: list(map(str, error.path)))
        for error in errors[:3]:
            best = jsonschema.exceptions.best_match([error])
            self.complain(number, f"schema: {'/'.join(map(str, best.absolute_path))}: {best.message[:300]}")
        if errors:
            return
        kind = event["type"]
        self.counts[kind] += 1
        if kind != "process" and not self.images[event["pid"]]:
            self.without_process[event["pid"]].append(number)
        getattr(self, "check_" + kind)(number, event)

    def key(self, event, name="id"):
        return event["pid"], self.images[event["pid"]], event[name]

    def check_process(self, number, event):
        self.images[event["pid"]] += 1
        copied = event["copied_from"] is not None
        self.expect(number, (event["exe"] is None) == copied, "exe is known just when a program was loaded")
        self.expect(number, (event["sites"] is None) == copied, "sites are known just when a program was loaded")
        if not copied:
            self.expect(number, (event["probe"] == "patch") == bool(event["sites"]), "a probe has sites")
            self.has_probe &= event["probe"] in ("patch", "dispatch")

    def check_module(self, number, event):
        found = bool(event["sites"] or event["left_alone"])
        self.expect(number, found == (event["reason"] is None), "an object has sites, or a reason why it is not searched")

    def check_exec(self, number, event):
        self.expect(number, self.key(event) not in self.execs, f"exec {event['id']} of pid {event['pid']} stands twice")
        self.execs[self.key(event)] = event
        self.apis[event["api"]] += 1

    def check_call(self, number, event):
        self.apis[event["api"]] += 1
        self.expect(number, self.key(event) not in self.calls, f"call {event['id']} of pid {event['pid']} stands twice")
        self.calls[self.key(event)] = event
        self.check_outcome(number, event)
        self.check_child(number, event)
        self.check_against_exec(number, event)
        for syscall in event["syscalls"]:
            self.check_times(number, event, syscall)
            if "text" in syscall:
                self.check_path_text(number, syscall)
            else:
                self.check_registers(number, syscall)
        for earlier, later in zip(event["syscalls"], event["syscalls"][1:]):
            self.expect(number, earlier["start_ns"] <= later["start_ns"], "syscalls out of order")
        apart = self.apart[self.key(event)]
        self.expect(number, event["syscalls_apart"] in (apart, None),
                    f"{event['syscalls_apart']} syscalls stand apart, found {apart}")

    def check_outcome(self, number, event):
        returned = event["outcome"] == "returned"
        self.expect(number, (event["ret"] is not None) == returned, "ret is known just when the call returned")
        self.expect(number, event["outcome"] != "not_observed" or event["api"] == "vfork", "only vfork returns unseen")
        self.expect(number, event["outcome"] != "in_child" or event["api"] == "daemon", "only daemon goes on in the child")
        self.expect(number, (event["args"] is None) == (event["caller"] is None), "what was asked is known whole or not")
        if event["ret"] == -1 and event["api"] != "getaddrinfo_a":
            self.expect(number, event["errno"] is not None, "-1 comes with errno")
        if event["api"] in ("pthread_create", "posix_spawn", "posix_spawnp") and returned:
            self.expect(number, (event["errno"] is None) == (event["ret"] == 0), "ret is the error")
        observed = creations(event) or event["syscalls_apart"]
        self.expect(number, not (creations(event) and event["not_observed"]), "a syscall was observed, and was not")
        if event["api"] in ALWAYS_CREATE and returned and not observed and event["begun_in"] is None:
            self.expect(number, event["not_observed"] is not None, "nothing says why there is no syscall")

    def check_child(self, number, event):
        made = [syscall["ret"] for syscall in creations(event) if (syscall["ret"] or 0) > 0]
        if event["syscalls_apart"] == 0:
            self.expect(number, event["child"] == (made[-1] if made else None), f"child {event['child']}, made {made}")
        self.expect(number, (event["stack"] is None) == (event["child"] is None), "a stack belongs to a child")
        if event["outcome"] == "returned" and event["api"] in ("fork", "_Fork", "clone") and event["ret"] > 0 and observed(event):
            self.expect(number, event["ret"] == event["child"], f"returned {event['ret']}, child {event['child']}")
        if not event["stack"] or not creations(event) or event["outcome"] == "unfinished":
            return
        flags, own = request_of(creations(event)[-1])
        if flags is not None and event["syscalls_apart"] == 0:
            origins = ("libc", "user") if own else ("parent",) if flags & VM else ("copy",)
            self.expect(number, event["stack"]["origin"] in origins, f"stack of {event['stack']['origin']}, flags {flags:#x}")

    def check_against_exec(self, number, event):
        asked = self.execs.get(self.key(event))
        if asked is None:
            self.expect(number, not event["api"].startswith(("exec", "fexec")), "an exec that was not announced")
            return
        self.expect(number, event["ret"] == -1, "an exec that came back with success")
        for name in ("api", "args", "caller", "depth", "tid"):
            self.expect(number, event[name] == asked[name], f"{name} is not what the exec object says")

    def check_times(self, number, call, syscall):
        self.expect(number, syscall["start_ns"] >= call["start_ns"] or call["outcome"] == "unfinished",
                    "a syscall began before its call")
        if call["duration_ns"] is not None and syscall["duration_ns"] is not None:
            self.expect(number, syscall["start_ns"] + syscall["duration_ns"] <= call["start_ns"] + call["duration_ns"],
                        "a syscall ended after its call")

    def check_syscall(self, number, event):
        self.check_registers(number, event)
        if event["call"] is None:
            self.expect(number, event["helper_of"] is None, "an orphan is nobody's helper")
        elif event["helper_of"] is None:
            self.apart[self.key(event, "call")] += 1

    def check_path_syscall(self, number, event):
        self.apart[self.key(event, "call")] += 1
        self.check_path_text(number, event)

    def check_path_text(self, number, syscall):
        """The text says what the members say."""
        text = syscall["text"]
        if not isinstance(text, str):
            return
        failed = syscall["ret"] is not None and -4096 < syscall["ret"] < 0
        self.expect(number, (syscall["error"] is not None) == failed, "ret and error")
        ret = "?" if syscall["ret"] is None else f"-1 {syscall['error']} " if failed else None
        ends = [f"= {ret}"] if ret else [f"= {syscall['ret']}", f"= {syscall['ret']:#x}"]
        self.expect(number, text.startswith(f"{syscall['name']}(") and any(end in text for end in ends), f"text {text}")

    def check_registers(self, number, syscall):
        name = syscall["name"]
        self.expect(number, len(syscall["args"]) == ARGUMENT_COUNT[name], f"{name} with {len(syscall['args'])} arguments")
        failed = syscall["ret"] is not None and -4096 < syscall["ret"] < 0
        self.expect(number, (syscall["error"] is not None) == failed, "ret and error")
        if name == "clone":
            flags = int(syscall["args"][0], 16) & 0xffffff00
        elif name == "clone3" and syscall["clone_args"] is not None:
            flags = int(syscall["clone_args"]["flags"], 16)
        else:
            flags = None
            self.expect(number, name != "clone3" or syscall["error"], "a clone3 that succeeded without clone_args")
        self.expect(number, (syscall["flags"] is None) == (flags is None), "flags are known just when the memory is")
        if flags is not None:
            named, _ = kernel_names.names_of(flags, name == "clone3")
            self.expect(number, int(syscall["flags_value"], 16) == flags, "flags_value")
            self.expect(number, sorted(syscall["flags"]) == sorted(named), f"flags {syscall['flags']}, expected {named}")
        if (syscall["ret"] or 0) > 0 and (name == "vfork" or flags and flags & VM and not flags & THREAD):
            self.shared.add(syscall["ret"])

    def check_log(self, lines, expected_apis=()):
        for number, line in enumerate(lines, 1):
            self.check_line(number, line)
        # Without a probe nobody knows of the children that a process makes.
        if self.has_probe:
            self.check_origins()
        self.problems += [f"no call of {api}" for api in expected_apis if not self.apis[api]]

    def check_origins(self):
        for pid, numbers in self.without_process.items():
            if pid not in self.shared:
                self.complain(numbers[0], f"pid {pid} has no process object before")
        for (pid, _, number), event in self.calls.items():
            begun = event["begun_in"]
            if begun and event["api"] == "daemon" and not self.went_on_in_child(begun["pid"], begun["id"], pid):
                self.problems.append(f"call {number} of pid {pid} began nowhere")

    def went_on_in_child(self, pid, number, child):
        return any(call["outcome"] == "in_child" and call["child"] == child
                   for (its_pid, _, its_number), call in self.calls.items() if (its_pid, its_number) == (pid, number))


def creations(event):
    return [syscall for syscall in event["syscalls"] if "flags" in syscall]


def observed(event):
    return creations(event) or event["syscalls_apart"]


def request_of(syscall):
    """The flags that the syscall stands for, and whether it gives the task a stack; None: not known."""
    if syscall["name"] == "fork":
        return 0, False
    if syscall["name"] == "vfork":
        return VM | VFORK, False
    if syscall["flags"] is None:
        return None, False
    stack = syscall["args"][1] != "0x0" if syscall["name"] == "clone" else syscall["clone_args"]["stack"] is not None
    return int(syscall["flags_value"], 16), stack


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft7Validator.check_schema(schema)
    checker = Checker(schema)
    with open(sys.argv[2], "rb") as file:
        checker.check_log(file, sys.argv[3:])
    for problem in checker.problems[:40]:
        print(problem)
    print(f"{sum(checker.counts.values())} objects ({', '.join(f'{count} {kind}' for kind, count in checker.counts.items())}), "
          f"{len(checker.problems)} problems")
    return 1 if checker.problems or not checker.counts else 0


if __name__ == "__main__":
    sys.exit(main())
