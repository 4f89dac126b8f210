/*
 * formats.h: the list of output formats.
 *
 * FORMAT(identifier, name, what stands before the name in "a, b or c"). The values of CLONESHIM_FORMAT, what is said of them and the
 * sink's table are made from it; a format NAME is the file sink_NAME.c, which defines a `struct sink_format sink_NAME` (sink_format.h).
 */
#ifndef PRELOAD_FORMATS_H
#define PRELOAD_FORMATS_H

#define FORMATS(FORMAT)              \
	FORMAT(TEXT, text, "")       \
	FORMAT(STRACE, strace, ", ") \
	FORMAT(JSON, json, " or ")

#endif
