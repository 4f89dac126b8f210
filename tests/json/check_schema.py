#!/usr/bin/env python3
"""check_schema.py SCHEMA LIBC_CALLS_H: the schema knows the very calls, arguments and kinds of arguments that shim/decode/libc_calls.h
lists. Prints what the schema lacks, as it should stand there; exit status 1 when anything is."""
import json
import re
import sys

DEFINITION_OF = {
    "ARG_POINTER": "pointer", "ARG_INT": "int", "ARG_CODE": "code", "ARG_CLONE_FLAGS": "clone_flags_argument",
    "ARG_NAMESPACE_FLAGS": "namespace_flags_argument", "ARG_STRING": "string_argument", "ARG_STRINGS": "vector_argument",
    "ARG_ENVIRONMENT": "count_argument", "ARG_SPAWN_ACTIONS": "count_argument", "ARG_SPAWN_ATTR": "spawn_attributes_argument",
    "ARG_SIGEVENT": "sigevent_argument", "ARG_SYSCALL_NR": "count",
}


def listed_calls(header):
    """Yields (name, kind of creation, [(argument, kind)…]) from the table."""
    table = header[header.index("#define LIBC_CALLS("):header.index("enum libc_call {")]
    for entry in table.split("LIBC_CALL(")[1:]:
        line = re.match(r"\w+,\s+(\w+),\s+\w+,\s+(\w+),", entry)
        if line:
            arguments = re.findall(r'\{"(\w+)", (\w+)\}', entry)
            yield line.group(1), line.group(2), arguments


def definition_of(arguments):
    return {"type": "object", "additionalProperties": False, "required": [name for name, _ in arguments],
            "properties": {name: {"$ref": f"#/definitions/{DEFINITION_OF[kind]}"} for name, kind in arguments}}


def rule_of(name, may_be_null):
    reference = {"$ref": f"#/definitions/args_of_{name}"}
    return {"if": {"properties": {"api": {"const": name}}},
            "then": {"properties": {"args": {"anyOf": [reference, {"type": "null"}]} if may_be_null else reference}}}


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        definitions = json.load(file)["definitions"]
    with open(sys.argv[2], encoding="utf-8") as file:
        calls = list(listed_calls(file.read()))
    lacking = []

    def expect(where, found, wanted):
        if found != wanted:
            lacking.append(f"{where}: {json.dumps(wanted)}")

    names = [name for name, _, _ in calls]
    execs = [name for name, creation, _ in calls if creation == "REPLACES"]
    expect("call/api/enum", definitions["call"]["properties"]["api"]["enum"], names)
    expect("exec/api/enum", definitions["exec"]["properties"]["api"]["enum"], execs)
    expect("call/allOf", definitions["call"]["allOf"], [rule_of(name, True) for name in names])
    expect("exec/allOf", definitions["exec"]["allOf"], [rule_of(name, False) for name in execs])
    for name, _, arguments in calls:
        expect(f"args_of_{name}", definitions.get(f"args_of_{name}"), definition_of(arguments))
    print("\n".join(lacking) or f"{len(calls)} calls agree")
    return 1 if lacking or not calls else 0


sys.exit(main())
