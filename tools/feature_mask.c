/* SPDX-License-Identifier: BSD-2-Clause */
#include "feature_mask.h"
#include "base/suggest.h"
#include "error_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *mask_names(void)
{
	return getenv(MASK_VARIABLE);
}

/* Takes the next name, cut to what fits; false at the end. */
static bool next_name(const char **names, char *name, size_t size)
{
	size_t length;

	if (!*names || !**names)
		return false;
	length = strcspn(*names, ",");
	snprintf(name, size, "%.*s", (int)(length < size ? length : size - 1), *names);
	*names += length;
	*names += **names == ',';
	return true;
}

static bool is_feature(const char *name)
{
	size_t i;

	for (i = 1; i <= cgswap_feature_get_count(); i++) {
		if (strcmp(cgswap_feature_get_name((enum cgswap_feature)i), name) == 0)
			return true;
	}
	return false;
}

static enum exit_status refuse_name(const struct options *options, const char *name)
{
	struct suggestion near = { .word = name };
	char message[160], otherwise[256] = "the features are", remedy[256];
	size_t length = strlen(otherwise), i;
	const char *feature;

	for (i = 1; i <= cgswap_feature_get_count(); i++) {
		feature = cgswap_feature_get_name((enum cgswap_feature)i);
		suggest_consider(&near, feature);
		if (length + strlen(feature) + 3 > sizeof(otherwise))
			continue;
		length += (size_t)snprintf(otherwise + length, sizeof(otherwise) - length, "%s %s",
					   i > 1 ? "," : "", feature);
	}
	snprintf(message, sizeof(message),
		 MASK_VARIABLE " holds \"%s\", and there is no such feature", name);
	suggest_write(&near, remedy, sizeof(remedy), otherwise);
	return refuse_usage(options, message, remedy);
}

enum exit_status mask_check(const struct options *options)
{
	const char *names = mask_names();
	char name[64];

	while (next_name(&names, name, sizeof(name))) {
		if (!is_feature(name))
			return refuse_name(options, name);
	}
	return EXIT_DONE;
}

bool mask_has(enum cgswap_feature feature)
{
	const char *names = mask_names();
	char name[64];

	while (next_name(&names, name, sizeof(name))) {
		if (strcmp(cgswap_feature_get_name(feature), name) == 0)
			return true;
	}
	return false;
}
