/* json_value.c: see json_value.h. */
#include "cli/json_value.h"

#include <stdio.h>

json_t *
json_value_number(uint64_t number)
{
	return number <= INT64_MAX ? json_integer((json_int_t)number) : json_real((double)number);
}

json_t *
json_value_text(const char *text)
{
	json_t *value = text != NULL ? json_string(text) : json_null();
	char copy[4096];

	if (value != NULL)
		return value;
	snprintf(copy, sizeof(copy), "%s", text);
	for (char *c = copy; *c != '\0'; c++)
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	return json_string(copy);
}
