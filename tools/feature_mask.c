/* SPDX-License-Identifier: BSD-2-Clause */
#include "feature_mask.h"
#include "base/suggest.h"
#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *feature_mask_names(void)
{
	return getenv(FEATURE_MASK_VARIABLE);
}

/* Reads the next name, truncated to the buffer. Returns false at the end. */
static bool next_feature_name(const char **names, char *name, size_t size)
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

static enum exit_status error_unknown_masked_feature(const struct options *options,
						     const char *name)
{
	struct suggestion suggestion = { .word = name };
	char message[160], otherwise[256] = "the features are", remedy[256];
	size_t length = strlen(otherwise), i;
	const char *feature;

	for (i = 1; i <= cgswap_feature_get_count(); i++) {
		feature = cgswap_feature_get_name((enum cgswap_feature)i);
		suggest_consider(&suggestion, feature);
		if (length + strlen(feature) + 3 > sizeof(otherwise))
			continue;
		length += (size_t)snprintf(otherwise + length, sizeof(otherwise) - length, "%s %s",
					   i > 1 ? "," : "", feature);
	}
	snprintf(message, sizeof(message), FEATURE_MASK_VARIABLE " names an unknown feature '%s'",
		 name);
	suggest_write(&suggestion, remedy, sizeof(remedy), otherwise);
	return report_usage(options, message, remedy);
}

enum exit_status feature_mask_check(const struct options *options)
{
	const char *names = feature_mask_names();
	char name[64];

	while (next_feature_name(&names, name, sizeof(name))) {
		if (!is_feature(name))
			return error_unknown_masked_feature(options, name);
	}
	return EXIT_DONE;
}

bool feature_mask_has(enum cgswap_feature feature)
{
	const char *names = feature_mask_names();
	char name[64];

	while (next_feature_name(&names, name, sizeof(name))) {
		if (strcmp(cgswap_feature_get_name(feature), name) == 0)
			return true;
	}
	return false;
}
