/* damage.c: see damage.h. */
#include "cli/damage.h"

#include <inttypes.h>
#include <stdio.h>

/* "12 events found no room in it", behind the path or a semicolon. */
static void
say(const char *path, bool *any, uint64_t count, const char *one, const char *many)
{
	if (count == 0)
		return;
	if (*any)
		fputs("; ", stderr);
	else
		fprintf(stderr, "cloneshim: %s: ", path);
	fprintf(stderr, "%" PRIu64 " %s", count, count == 1 ? one : many);
	*any = true;
}

void
damage_report(struct trace_events *events, const char *path)
{
	struct trace_damage damage;
	bool any = false;

	trace_events_damage(events, &damage);
	say(path, &any, damage.lost, "event found no room in it", "events found no room in it");
	say(path, &any, damage.unfinished, "slot was not written to the end (its writer is not done, or died)",
	    "slots were not written to the end (their writers are not done, or died)");
	say(path, &any, damage.damaged, "record is damaged, or of a call that this cloneshim does not know",
	    "records are damaged, or of calls that this cloneshim does not know");
	say(path, &any, damage.missing, "slot is missing: the file was cut short",
	    "slots are missing: the file was cut short");
	if (any)
		fputs("; not shown\n", stderr);
}
