/* follow.c: see follow.h. Hot path; asks the kernel what can be read. Pure but for that, and for what follow_init() remembers. */
#include "preload/follow.h"

#include <string.h>

#include "decode/strings.h"
#include "preload/memory.h"
#include "preload/pages.h"

#define VARIABLES_MAX 16
#define TEXT_MAX 8192

static RARELY_USED char text[TEXT_MAX];      /* NAME=VALUE strings; the program may overwrite its own */
static const char *variables[VARIABLES_MAX]; /* in `text` */
static size_t variable_count;

#define PRELOAD_NAME "LD_PRELOAD="
#define PRELOAD_NAME_LENGTH (sizeof(PRELOAD_NAME) - 1)

static bool
begins_with(const char *string, const char *start)
{
	while (*start != '\0')
		if (*string++ != *start++)
			return false;
	return true;
}

static bool
is_ours(const char *entry)
{
	return begins_with(entry, PRELOAD_NAME) || begins_with(entry, "CLONESHIM_");
}

bool
follow_init(const char *const *environment)
{
	size_t used = 0;

	for (; *environment != NULL; environment++) {
		size_t size = string_length(*environment) + 1;

		if (!is_ours(*environment))
			continue;
		if (variable_count == VARIABLES_MAX || used + size > TEXT_MAX) {
			variable_count = 0;
			return false;
		}
		memcpy(text + used, *environment, size);
		variables[variable_count++] = text + used;
		used += size;
	}
	return true;
}

/* The entry of `envp` that sets the variable that `variable`, NAME=VALUE, sets; NULL: none. */
static const char *
find_entry(char *const *envp, const char *variable, size_t *place)
{
	size_t name_length = 0;

	while (variable[name_length] != '=')
		name_length++;
	for (size_t i = 0; envp != NULL && envp[i] != NULL; i++) {
		size_t same = 0;

		while (same <= name_length && envp[i][same] == variable[same])
			same++;
		if (same > name_length) {
			*place = i;
			return envp[i];
		}
	}
	return NULL;
}

/* Whether an LD_PRELOAD of the program's own, NAME=VALUE, has all of ours in it. */
static bool
has_all_preloads(const char *entry, const char *variable)
{
	const char *ours = variable + PRELOAD_NAME_LENGTH;

	for (const char *at = entry + PRELOAD_NAME_LENGTH; *at != '\0'; at++)
		if (begins_with(at, ours))
			return true;
	return *ours == '\0';
}

static size_t
count(char *const *envp)
{
	size_t entries = 0;

	while (envp != NULL && envp[entries] != NULL)
		entries++;
	return entries;
}

/* The bytes of text that `variable` needs: none where it is put back as it was, or where nothing has to be done. */
static size_t
text_room(char *const *envp, const char *variable, bool *is_missing)
{
	size_t place;
	const char *entry = find_entry(envp, variable, &place);

	*is_missing = entry == NULL || (begins_with(variable, PRELOAD_NAME) && !has_all_preloads(entry, variable));
	if (!*is_missing || entry == NULL)
		return 0;
	return string_length(variable) + 1 + string_length(entry + PRELOAD_NAME_LENGTH) + 1;
}

/* Whether the kernel could read all of it. If it cannot, it will say so, and there is nothing that we could add to. */
static bool
is_readable(char *const *envp)
{
	struct memory_reader entries = {0}, bytes = {0};

	for (; envp != NULL; envp++) {
		if (!memory_reaches(&entries, (uint64_t)envp))
			return false;
		if (*envp == NULL)
			return true;
		for (const char *byte = *envp;; byte++) {
			if (!memory_reaches(&bytes, (uint64_t)byte))
				return false;
			if (*byte == '\0')
				break;
		}
	}
	return true;
}

size_t
follow_room(char *const *envp)
{
	bool is_any_missing = false;
	size_t room = 0;

	if (variable_count == 0 || !is_readable(envp))
		return 0;
	for (size_t i = 0; i < variable_count; i++) {
		bool is_missing;

		room += text_room(envp, variables[i], &is_missing);
		is_any_missing |= is_missing;
	}
	return is_any_missing ? (count(envp) + variable_count + 1) * sizeof(char *) + room : 0;
}

/* "LD_PRELOAD=ours:theirs": ours come first, as they did in this program. */
static char *
join_preloads(char *to, const char *variable, const char *entry)
{
	size_t ours = string_length(variable);
	const char *theirs = entry + PRELOAD_NAME_LENGTH;

	memcpy(to, variable, ours);
	to[ours] = ':';
	memcpy(to + ours + 1, theirs, string_length(theirs) + 1);
	return to;
}

char *const *
follow_put_back(char *const *envp, void *room)
{
	const char **vector = room;
	size_t entries = count(envp);
	char *strings = (char *)(vector + entries + variable_count + 1);

	for (size_t i = 0; i < entries; i++)
		vector[i] = envp[i];
	for (size_t i = 0; i < variable_count; i++) {
		bool is_missing;
		size_t place = 0, size = text_room(envp, variables[i], &is_missing);
		const char *entry = find_entry(envp, variables[i], &place);

		if (!is_missing)
			continue;
		if (entry == NULL) {
			vector[entries++] = variables[i];
			continue;
		}
		vector[place] = join_preloads(strings, variables[i], entry);
		strings += size;
	}
	vector[entries] = NULL;
	return (char *const *)vector;
}
