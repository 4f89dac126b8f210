/* shim_path.c: see shim_path.h. */
#include "cli/shim_path.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* From the command's directory. */
static const char *const places[] = {
	"libcloneshim.so",                  /* build/ */
	"../lib/cloneshim/libcloneshim.so", /* $PREFIX/bin/ */
};

#define PLACE_COUNT (sizeof(places) / sizeof(places[0]))

/* False: /proc does not tell. */
static bool
own_directory(char *directory, size_t size)
{
	ssize_t length = readlink("/proc/self/exe", directory, size - 1);
	char *slash;

	if (length <= 0)
		return false;
	directory[length] = '\0';
	slash = strrchr(directory, '/');
	if (slash == NULL)
		return false;
	*slash = '\0';
	return true;
}

static char *
readable_path(const char *directory, const char *place)
{
	char *joined, *path = NULL;

	if (asprintf(&joined, "%s/%s", directory, place) < 0)
		return NULL;
	if (access(joined, R_OK) == 0)
		path = realpath(joined, NULL);
	free(joined);
	return path;
}

char *
shim_path_find(char *why, size_t size)
{
	char directory[PATH_MAX];
	char *path = NULL;

	if (!own_directory(directory, sizeof(directory))) {
		snprintf(why, size, "libcloneshim.so: cannot be found without /proc/self/exe: %s", strerror(errno));
		return NULL;
	}
	for (size_t i = 0; path == NULL && i < PLACE_COUNT; i++)
		path = readable_path(directory, places[i]);
	if (path == NULL) {
		snprintf(why, size, "libcloneshim.so: expected it as %s or %s from %s", places[0], places[1],
			 directory);
		return NULL;
	}
	/* ld.so(8): the list is separated by spaces or colons, and there is no way to escape either. */
	if (strpbrk(path, ": ") != NULL) {
		snprintf(why, size, "%s: LD_PRELOAD takes no path with a space or a colon", path);
		free(path);
		return NULL;
	}
	return path;
}
