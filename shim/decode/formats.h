/*
 * formats.h: the list of output formats.
 *
 * FORMAT(identifier, name, what stands before the name in "a, b or c"). The values of CLONESHIM_FORMAT and of --format, what is said of
 * them and the table of formats are made from it; a format NAME is the file format_NAME.c, which defines a `struct format
 * format_NAME` (format.h).
 */
#ifndef DECODE_FORMATS_H
#define DECODE_FORMATS_H

#define FORMATS(FORMAT)              \
	FORMAT(TEXT, text, "")       \
	FORMAT(STRACE, strace, ", ") \
	FORMAT(JSON, json, " or ")

enum format_id {
#define FORMAT_ID(id, name, before) FORMAT_##id,
	FORMATS(FORMAT_ID)
#undef FORMAT_ID
};

#endif
