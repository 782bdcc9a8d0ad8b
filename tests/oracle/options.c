/* SPDX-License-Identifier: BSD-2-Clause */
#include "options.h"

#include "../lib/tap.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void wrong_option(const char *argument)
{
	bail_out("'%s': expected --seed N, --operations N, or another option of this oracle with "
		 "its value",
		 argument);
}

static const struct oracle_option *find_option(const struct oracle_option *more, const char *name)
{
	while (more->name && strcmp(more->name, name))
		more++;
	return more->name ? more : NULL;
}

void oracle_read_options(struct oracle_options *options, const struct oracle_option *more, int argc,
			 char **argv)
{
	for (int i = 1; i < argc; i++) {
		const char *name = strncmp(argv[i], "--", 2) ? "" : argv[i] + 2;
		const struct oracle_option *other = find_option(more, name);

		if (other && other->flag) {
			*other->flag = true;
			continue;
		}
		if (i + 1 == argc)
			wrong_option(argv[i]);
		if (other)
			*other->text = argv[++i];
		else if (strcmp(name, "seed") == 0)
			options->seed = strtoull(argv[++i], NULL, 0);
		else if (strcmp(name, "operations") == 0)
			options->operations = strtoul(argv[++i], NULL, 0);
		else
			wrong_option(argv[i]);
	}
	if (!options->seed)
		options->seed = (uint64_t)time(NULL) * 1000003 + (uint64_t)getpid();
}

double oracle_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}
