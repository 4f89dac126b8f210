/* json_value.h: what traces hold, as values for jansson. */
#ifndef CLI_JSON_VALUE_H
#define CLI_JSON_VALUE_H

#include <jansson.h>
#include <stdint.h>

/* A count or a time. Of a damaged trace it may be larger than jansson's integers: then it is a number with an exponent. */
json_t *json_value_number(uint64_t number);

/* Text from a file or a program may be no UTF-8, which jansson refuses: such bytes become "?". NULL becomes null. */
json_t *json_value_text(const char *text);

#endif
