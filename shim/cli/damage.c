/* damage.c: see damage.h. */
#include "cli/damage.h"

#include <inttypes.h>
#include <stdio.h>

/* "12 events found no room in it", behind a semicolon where it is not the first. */
static void
say(FILE *to, uint64_t count, const char *one, const char *many)
{
	if (count == 0)
		return;
	fprintf(to, "%s%" PRIu64 " %s", ftell(to) > 0 ? "; " : "", count, count == 1 ? one : many);
}

size_t
damage_describe(const struct trace_damage *damage, char *text)
{
	FILE *to = fmemopen(text, DAMAGE_TEXT_MAX, "w");
	long length;

	text[0] = '\0';
	if (to == NULL)
		return 0;
	say(to, damage->lost, "event found no room in it", "events found no room in it");
	say(to, damage->unfinished, "slot was not written to the end (its writer is not done, or died)",
	    "slots were not written to the end (their writers are not done, or died)");
	say(to, damage->damaged, "record is damaged, or of a call that this cloneshim does not know",
	    "records are damaged, or of calls that this cloneshim does not know");
	say(to, damage->missing, "slot is missing: the file was cut short",
	    "slots are missing: the file was cut short");
	if (damage->header)
		fprintf(to, "%sthe header's counts contradict each other", ftell(to) > 0 ? "; " : "");
	if (ftell(to) > 0)
		fputs("; not shown", to);
	length = ftell(to);
	fclose(to);
	return length > 0 ? (size_t)length : 0;
}

void
damage_report(struct trace_events *events, const char *path)
{
	char text[DAMAGE_TEXT_MAX];
	struct trace_damage damage;

	trace_events_damage(events, &damage);
	if (damage_describe(&damage, text) > 0)
		fprintf(stderr, "cloneshim: %s: %s\n", path, text);
}
