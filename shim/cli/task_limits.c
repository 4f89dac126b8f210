/* task_limits.c: see task_limits.h. */
#include "cli/task_limits.h"

#include <ctype.h>
#include <dirent.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/kernel_file.h"

static bool
is_number(const char *name)
{
	return isdigit((unsigned char)name[0]);
}

/* Threads of the process, 0 when it is another user's or gone. */
static uint64_t
threads_of(const char *pid, uint32_t uid)
{
	char path[300], value[64];

	snprintf(path, sizeof(path), "/proc/%s/status", pid);
	if (!kernel_file_field(path, "Uid:", value, sizeof(value)) || strtoul(value, NULL, 10) != uid)
		return 0;
	return kernel_file_field(path, "Threads:", value, sizeof(value)) ? strtoul(value, NULL, 10) : 0;
}

uint64_t
task_limits_count_of_user(uint32_t uid)
{
	DIR *processes = opendir("/proc");
	const struct dirent *entry;
	uint64_t count = 0;

	if (processes == NULL)
		return 0;
	while ((entry = readdir(processes)) != NULL)
		if (is_number(entry->d_name))
			count += threads_of(entry->d_name, uid);
	closedir(processes);
	return count;
}

/* "0.00 0.01 0.05 1/345 6789": the fourth is running/all. */
bool
task_limits_count_all(uint64_t *count)
{
	char line[128];
	const char *slash;

	if (!kernel_file_line("/proc/loadavg", line, sizeof(line)) || (slash = strchr(line, '/')) == NULL)
		return false;
	*count = strtoull(slash + 1, NULL, 10);
	return *count > 0;
}

bool
task_limits_exempt_from_nproc(void)
{
	uint64_t wanted = (UINT64_C(1) << CAP_SYS_RESOURCE) | (UINT64_C(1) << CAP_SYS_ADMIN);
	char value[64];

	if (!kernel_file_field("/proc/self/status", "CapEff:", value, sizeof(value)))
		return getuid() == 0;
	return getuid() == 0 || (strtoull(value, NULL, 16) & wanted) != 0;
}

/* A mounted hierarchy that can count tasks, and where in it this process is. */
struct hierarchy {
	char mount[PATH_MAX];
	char root[PATH_MAX]; /* the group that is mounted there */
	char own[PATH_MAX];
};

/* A line of /proc/self/cgroup, cgroups(7): "8:pids:/a/b", or "0::/a/b" of version 2. */
static bool
find_own_group(bool is_version_2, char *path, size_t size)
{
	FILE *from = fopen("/proc/self/cgroup", "re");
	char line[PATH_MAX + 64];
	bool is_found = false;

	if (from == NULL)
		return false;
	while (!is_found && fgets(line, sizeof(line), from) != NULL) {
		char *controllers = strchr(line, ':'),
		     *group = controllers != NULL ? strchr(controllers + 1, ':') : NULL;

		if (group == NULL)
			continue;
		*group++ = '\0';
		is_found = is_version_2 ? controllers[1] == '\0' : strcmp(controllers + 1, "pids") == 0;
		group[strcspn(group, "\n")] = '\0';
		if (is_found)
			snprintf(path, size, "%s", group);
	}
	fclose(from);
	return is_found;
}

/* A line of /proc/self/mountinfo, proc(5): "36 35 98:0 /root /mount options … - type source super-options". */
static bool
take_mount(char *line, bool is_version_2, struct hierarchy *hierarchy)
{
	char *separator = strstr(line, " - ");
	char type[32], options[256];

	if (separator == NULL || sscanf(separator, " - %31s %*s %255s", type, options) != 2)
		return false;
	if (is_version_2 ? strcmp(type, "cgroup2") != 0
			 : strcmp(type, "cgroup") != 0 || strstr(options, "pids") == NULL)
		return false;
	return sscanf(line, "%*s %*s %*s %4095s %4095s", hierarchy->root, hierarchy->mount) == 2;
}

static bool
find_hierarchy(bool is_version_2, struct hierarchy *hierarchy)
{
	FILE *from = fopen("/proc/self/mountinfo", "re");
	char *line = NULL;
	size_t size = 0;
	bool is_found = false;

	if (from == NULL)
		return false;
	while (!is_found && getline(&line, &size, from) > 0)
		is_found = take_mount(line, is_version_2, hierarchy);
	free(line);
	fclose(from);
	return is_found && find_own_group(is_version_2, hierarchy->own, sizeof(hierarchy->own));
}

static uint64_t
room_in(const struct task_group *group)
{
	return group->present < group->most ? group->most - group->present : 0;
}

/* Looks at one group; whether it is tighter than `tightest`, which it then becomes. */
static bool
consider(const char *mount, const char *group, struct task_group *tightest, bool is_first)
{
	struct task_group here;
	char path[2 * PATH_MAX];

	snprintf(here.path, sizeof(here.path), "%s", group[0] != '\0' ? group : "/");
	snprintf(path, sizeof(path), "%s%s/pids.max", mount, group);
	if (!kernel_file_number(path, &here.most) || here.most == UINT64_MAX)
		return false;
	snprintf(path, sizeof(path), "%s%s/pids.current", mount, group);
	if (!kernel_file_number(path, &here.present))
		return false;
	if (!is_first && room_in(&here) >= room_in(tightest))
		return false;
	*tightest = here;
	return true;
}

/* From the group of this process up to the one that is mounted. */
static bool
walk_up(struct hierarchy *hierarchy, struct task_group *tightest, bool is_first)
{
	size_t root = strcmp(hierarchy->root, "/") == 0 ? 0 : strlen(hierarchy->root);
	bool is_inside = strncmp(hierarchy->own, hierarchy->root, root) == 0;
	char *group = hierarchy->own + (is_inside ? root : strlen(hierarchy->own));

	for (;;) {
		char *slash = strrchr(group, '/');

		if (strcmp(group, "/") == 0)
			group[0] = '\0';
		if (consider(hierarchy->mount, group, tightest, is_first))
			is_first = false;
		if (group[0] == '\0' || slash == NULL)
			return !is_first;
		*slash = '\0';
	}
}

bool
task_limits_tightest_group(struct task_group *group)
{
	struct hierarchy hierarchy;
	bool is_found = false;

	if (find_hierarchy(true, &hierarchy))
		is_found = walk_up(&hierarchy, group, true);
	if (find_hierarchy(false, &hierarchy))
		is_found |= walk_up(&hierarchy, group, !is_found);
	return is_found;
}
