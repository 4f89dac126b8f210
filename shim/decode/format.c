/* format.c: the formats as one table; see format.h. Hot path. */
#include "decode/format.h"

static const struct format *const formats[] = {
#define FORMAT_TABLE_LINE(id, name, before) [FORMAT_##id] = &format_##name,
	FORMATS(FORMAT_TABLE_LINE)
#undef FORMAT_TABLE_LINE
};

const struct format *
format_by_id(enum format_id id)
{
	return formats[id];
}
