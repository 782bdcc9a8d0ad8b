/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "report.h"
#include "feature_mask.h"
#include "json.h"
#include "open.h"
#include "table.h"

enum { FEATURES_MAX = 64 };

enum answer { ANSWER_NO, ANSWER_YES, ANSWER_UNKNOWN };

/* The kernel's features; index 0 is feature 1. */
struct feature_list {
	cgswap_session *session;
	enum answer answers[FEATURES_MAX];
	size_t length;
};

static enum cgswap_feature feature_at(size_t i)
{
	return (enum cgswap_feature)(i + 1);
}

/* Probes all features. Warns once for each cause why a feature cannot be probed. */
static void feature_list_read(struct feature_list *list, const struct options *options)
{
	enum cgswap_cause cause, warned = CGSWAP_CAUSE_NONE;
	bool has;
	size_t i;

	list->length = cgswap_feature_get_count();
	for (i = 0; i < list->length && i < FEATURES_MAX; i++) {
		if (cgswap_session_has(list->session, feature_at(i), &has) == CGSWAP_OK) {
			list->answers[i] = has ? ANSWER_YES : ANSWER_NO;
			continue;
		}
		list->answers[i] = ANSWER_UNKNOWN;
		cause = cgswap_error_get_cause(cgswap_last_error());
		if (cause != warned)
			report_warning(options, "some features cannot be probed",
				       cgswap_last_error());
		warned = cause;
	}
	list->length = i;
}

/* The library would name the option disable_features; users of the command set a variable. */
static const char *feature_probe_text(const struct feature_list *list, size_t i)
{
	if (feature_mask_has(feature_at(i)))
		return "disabled by " FEATURE_MASK_VARIABLE;
	return cgswap_session_get_probe(list->session, feature_at(i));
}

static json_t *json_feature(const void *list, size_t i)
{
	enum answer answer = ((const struct feature_list *)list)->answers[i];

	return json_pack("{s:o, s:o, s:o, s:o}", "name",
			 json_text(cgswap_feature_get_name(feature_at(i))), "supported",
			 answer == ANSWER_UNKNOWN ? json_null()
						  : json_boolean(answer == ANSWER_YES),
			 "since", json_text(cgswap_feature_get_kernel(feature_at(i))), "probe",
			 json_text(feature_probe_text(list, i)));
}

static bool print_features(const json_t *o)
{
	static const struct column columns[] = {
		{ "FEATURE", 0, "name" },
		{ "SUPPORTED", COLUMN_DOUBT, "supported" },
		{ "SINCE", 0, "since" },
		{ "PROBE", COLUMN_WRAP, "probe" },
		{ 0 },
	};

	return table_print_list(columns, json_object_get(o, "features"));
}

enum exit_status cmd_features(const struct options *options)
{
	struct feature_list list;
	enum exit_status status;

	status = open_session(options, &list.session);
	if (status != EXIT_DONE)
		return status;
	feature_list_read(&list, options);
	if (!json_print_or(options->given & OPTION_JSON,
			   json_wrap("features", json_list(list.length, json_feature, &list)),
			   print_features))
		status = report_no_memory(options, false);
	cgswap_session_unref(list.session);
	return status;
}
