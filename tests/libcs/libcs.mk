# Other libcs than the machine's. Included by tests.mk.

# The code that finds out musl's version is pure, too.
UNIT_SOURCES += shim/preload/x86_64/string_reference.c
