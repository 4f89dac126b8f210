/* explanation.c: the list of what is to be explained; see explain.h. */
#include <stdlib.h>

#include "cli/explain.h"

struct explain_combination *
explanation_add(struct explanation *explanation)
{
	size_t count = explanation->count;
	struct explain_combination *larger =
		reallocarray(explanation->combinations, count + 1, sizeof(*explanation->combinations));

	if (larger == NULL)
		return NULL;
	explanation->combinations = larger;
	explanation->count = count + 1;
	larger[count] = (struct explain_combination){0};
	return &larger[count];
}

bool
explain_count_error(struct explain_combination *combination, int error)
{
	size_t count = combination->error_count;
	struct explain_error *larger;

	for (size_t i = 0; i < count; i++)
		if (combination->errors[i].error == error) {
			combination->errors[i].count++;
			return true;
		}
	larger = reallocarray(combination->errors, count + 1, sizeof(*larger));
	if (larger == NULL)
		return false;
	larger[count] = (struct explain_error){error, 1};
	combination->errors = larger;
	combination->error_count = count + 1;
	return true;
}

void
explanation_free(struct explanation *explanation)
{
	for (size_t i = 0; i < explanation->count; i++)
		free(explanation->combinations[i].errors);
	free(explanation->combinations);
	*explanation = (struct explanation){0};
}
