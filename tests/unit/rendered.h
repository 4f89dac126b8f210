/* rendered.h: calls a rendering function and gives back what it wrote, as a string. For unit tests only. */
#ifndef UNIT_RENDERED_H
#define UNIT_RENDERED_H

#include <assert.h>
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "decode/out.h"

static struct out rendered_out;
static char rendered_text[4096];

/* Where a test's function writes to; as large as a line can become. */
static inline struct out *
rendered_begin(void)
{
	out_init(&rendered_out, rendered_text, sizeof rendered_text);
	return &rendered_out;
}

/* The line that was written, without its newline; overwritten by the next rendered_begin(). */
static inline char *
rendered_end(void)
{
	size_t length = out_finish(&rendered_out);
	assert(length >= 1 && rendered_text[length - 1] == '\n');
	rendered_text[length - 1] = '\0';
	return rendered_text;
}

/* These show both sides where they differ. Criterion compares char * only. */
#define expect_string(actual, expected) cr_expect(eq(str, (char *)(actual), (char *)(expected)))
#define expect_rendered(expected) expect_string(rendered_end(), expected)

#endif
