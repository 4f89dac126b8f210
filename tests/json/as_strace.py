#!/usr/bin/env python3
"""as_strace.py LOG: the syscalls of a log in the json format, as strace 6.1 would write them, in the order in which they ended.

Made from the JSON alone, in another language than the shim's own renderer, so that the two and strace can be held against each
other. The ids that set_tid and the tail name are left to the unit tests.
"""
import json
import sys

import kernel_names

COLUMN = 40


def pointer(value):
    return "NULL" if value in (None, "0x0") else value


def signal_name(number):
    return kernel_names.signal_name(number) if number else "0"


def flag_names(flags, clone3):
    names, rest = kernel_names.names_of(flags, clone3)
    if rest:
        names.append(hex(rest) if names else f"{rest:#x} /* CLONE_??? */")
    return "|".join(names) or "0"


def stored_tid(syscall, address):
    return f"[{syscall['ret']}]" if address not in (None, "0x0") else "NULL"


def clone(syscall):
    value, stack, parent_tid, child_tid, tls = syscall["args"]
    argument = int(value, 16)
    flags, signal = argument & ~0xff, argument & 0xff
    succeeded = syscall["ret"] is not None and syscall["ret"] >= 0
    names = ([flag_names(flags, False)] if flags else []) + ([signal_name(signal)] if signal or not flags else [])
    text = f"child_stack={pointer(stack)}, flags={'|'.join(names)}"
    has = kernel_names.CLONE_FLAGS
    if flags & (has["CLONE_PARENT_SETTID"] | has["CLONE_PIDFD"]):
        if not succeeded:
            shown = pointer(parent_tid)
        elif flags & has["CLONE_PARENT_SETTID"]:
            shown = stored_tid(syscall, parent_tid)
        else:
            shown = f"[{syscall['pidfd']}]"
        text += f", parent_tid={shown}"
    if flags & has["CLONE_SETTLS"]:
        text += f", tls={pointer(tls)}"
    if flags & (has["CLONE_CHILD_SETTID"] | has["CLONE_CHILD_CLEARTID"]):
        text += f", child_tidptr={pointer(child_tid)}"
    return text


def clone3(syscall):
    args, size = syscall["clone_args"], int(syscall["args"][1], 16)
    if args is None:
        return f"{pointer(syscall['args'][0])}, {size}"
    has, flags = kernel_names.CLONE_FLAGS, int(args["flags"], 16)
    fields = [f"flags={flag_names(flags, True)}"]
    if flags & has["CLONE_PIDFD"]:
        fields.append(f"pidfd={pointer(args['pidfd'])}")
    if flags & (has["CLONE_CHILD_SETTID"] | has["CLONE_CHILD_CLEARTID"]):
        fields.append(f"child_tid={pointer(args['child_tid'])}")
    if flags & has["CLONE_PARENT_SETTID"]:
        fields.append(f"parent_tid={pointer(args['parent_tid'])}")
    fields += [f"exit_signal={signal_name(args['exit_signal'])}", f"stack={pointer(args['stack'])}",
               f"stack_size={args['stack_size']:#x}" if args["stack_size"] else "stack_size=0"]
    if flags & has["CLONE_SETTLS"]:
        fields.append(f"tls={pointer(args['tls'])}")
    stored = []
    if syscall["ret"] is not None and syscall["ret"] >= 0:
        if flags & has["CLONE_PIDFD"]:
            stored.append(f"pidfd=[{syscall['pidfd']}]")
        if flags & has["CLONE_PARENT_SETTID"]:
            stored.append(f"parent_tid={stored_tid(syscall, args['parent_tid'])}")
    return f"{{{', '.join(fields)}}}" + (f" => {{{', '.join(stored)}}}" if stored else "") + f", {size}"


def line(tid, syscall):
    arguments = {"clone": clone, "clone3": clone3}.get(syscall["name"], lambda _: "")(syscall)
    text = f"{tid:<5} {syscall['name']}({arguments}) ".ljust(COLUMN) + "= "
    if syscall["error"]:
        text += f"-1 {syscall['error']} ({kernel_names.error_text(syscall['error'])})"
    else:
        text += str(syscall["ret"])
    return text + (" (INJECTED)" if syscall["injected"] else "")


def main():
    syscalls = []
    with open(sys.argv[1], encoding="utf-8") as file:
        for event in map(json.loads, file):
            if event["type"] == "syscall":
                syscalls.append((event["tid"], event))
            elif event["type"] == "call":
                syscalls += [(event["tid"], syscall) for syscall in event["syscalls"]]
    syscalls.sort(key=lambda pair: pair[1]["start_ns"] + pair[1]["duration_ns"])
    for tid, syscall in syscalls:
        print(line(tid, syscall))


main()
