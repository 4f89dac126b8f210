/* inject_rules.c: strace's injection grammar; which invocations strike was taken from strace 6.1 itself. */
#include "decode/inject_rules.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

enum { CLONE, FORK, VFORK, CLONE3 }; /* the rules' order */

/* "E" where invocation 1, 2, … fails, "." where it does not. */
static const char *
pattern(const char *text)
{
	static char shown[8];
	struct inject_rules rules;

	if (!inject_parse(&rules, text))
		return "refused";
	for (unsigned i = 0; i < sizeof(shown) - 1; i++)
		shown[i] = inject_strikes(&rules.rules[CLONE], i + 1) ? 'E' : '.';
	return shown;
}

Test(inject, when, .timeout = 20)
{
	static const char *const rows[][2] = {
		{"clone:error=EAGAIN", "EEEEEEE"},
		{"clone:error=EAGAIN:when=2", ".E....."},
		{"clone:error=EAGAIN:when=2+", ".EEEEEE"},
		{"clone:error=EAGAIN:when=2+2", ".E.E.E."},
		{"clone:error=EAGAIN:when=2..4", ".EEE..."},
		{"clone:error=EAGAIN:when=2..6+2", ".E.E.E."},
		{"clone:error=EAGAIN:when=3..3", "..E...."},
		{"clone:error=EAGAIN:when=2..5+", ".EEEE.."},
		{"clone:when=2:error=EINVAL", ".E....."},
		{"clone:when=1:error=EINVAL:when=3", "..E...."},
		{"fork:error=EAGAIN", "......."},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_expect_str_eq(pattern(rows[i][0]), rows[i][1], "%s: %s, expected %s", rows[i][0],
				 pattern(rows[i][0]), rows[i][1]);
}

Test(inject, errors_by_name_and_number, .timeout = 20)
{
	struct inject_rules rules;

	cr_assert(inject_parse(&rules, "clone3:error=ENOSYS"));
	cr_expect_eq(rules.rules[CLONE3].error, ENOSYS);
	cr_assert(inject_parse(&rules, "clone3:error=eperm"));
	cr_expect_eq(rules.rules[CLONE3].error, EPERM);
	cr_assert(inject_parse(&rules, "clone3:error=4095"));
	cr_expect_eq(rules.rules[CLONE3].error, 4095);
}

/* A list of syscalls shares an expression; of two expressions for one syscall the later holds. */
Test(inject, several, .timeout = 20)
{
	struct inject_rules rules;

	cr_assert(
		inject_parse(&rules, "clone,vfork:error=EAGAIN:when=1;clone3:error=ENOSYS;clone:error=ENOMEM:when=2"));
	cr_expect_eq(rules.rules[CLONE].error, ENOMEM);
	cr_expect_eq(rules.rules[CLONE].first, 2);
	cr_expect_eq(rules.rules[VFORK].error, EAGAIN);
	cr_expect_eq(rules.rules[CLONE3].error, ENOSYS);
	cr_expect_eq(rules.rules[FORK].error, 0);
}

Test(inject, refused, .timeout = 20)
{
	static const char *const rows[] = {
		"",
		"clone",
		"clone:",
		"clone:error",
		"clone:error=",
		"clone:error=FOO",
		"clone:error=0",
		"clone:error=4096",
		"clone:error=99999999999999999999",
		"clone:error=EAGAIN:error=EINVAL",
		"clone:error=EAGAIN:when=",
		"clone:error=EAGAIN:when=0",
		"clone:error=EAGAIN:when=65536",
		"clone:error=EAGAIN:when=5..2",
		"clone:error=EAGAIN:when=1..65535",
		"clone:error=EAGAIN:when=2x",
		"clone:error=EAGAIN:retval=3",
		"clone:error=EAGAINX",
		"clone:error=EAGAI",
		"open:error=EAGAIN",
		"clone,nosuch:error=EAGAIN",
		"clone:error=EAGAIN;",
		";clone:error=EAGAIN",
		"clone error=EAGAIN",
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_expect_str_eq(pattern(rows[i]), "refused", "%s", rows[i]);
}
