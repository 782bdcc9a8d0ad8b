/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"
#include "json.h"
#include "feature_mask.h"
#include "table.h"
#include "error_report.h"
#include "print_chain.h"

static const struct column columns[] = {
	{ "FEATURE", 0 },
	{ "SUPPORTED", 0 },
	{ "SINCE", 0 },
	{ "PROBE", COLUMN_WRAP },
};

enum answer { NO, YES, UNKNOWN };

/* Asks for a feature. That one cannot be asked for spoils no other: a note says so, once. */
static enum answer ask(const struct options *options, cgswap_session *session,
		       enum cgswap_feature feature, enum cgswap_cause *noted)
{
	enum cgswap_cause cause;
	bool has;

	if (cgswap_session_has(session, feature, &has) == CGSWAP_OK)
		return has ? YES : NO;
	cause = cgswap_error_get_cause(cgswap_last_error());
	if (cause != *noted)
		note(options, "not all is known", cgswap_last_error());
	*noted = cause;
	return UNKNOWN;
}

static bool add_object(json_t *list, const char *name, enum answer answer, const char *probe)
{
	json_t *object = json_wrap("name", json_text(name));

	if (json_put(object, "supported",
		     answer == UNKNOWN ? json_null() : json_boolean(answer == YES)) &&
	    json_put(object, "probe", json_text(probe)))
		return json_add(list, object);
	json_decref(object);
	return false;
}

static void put_row(struct table *table, enum cgswap_feature feature, enum answer answer,
		    const char *probe)
{
	static const char *const answers[] = { "no", "yes", "?" };

	table_put(table, cgswap_feature_get_name(feature));
	table_put(table, answers[answer]);
	table_put(table, cgswap_feature_get_kernel(feature));
	table_put(table, probe);
}

/* The library's words are of an option of the session, and people set a variable. */
static const char *probe_of(cgswap_session *session, enum cgswap_feature feature)
{
	if (mask_has(feature))
		return "masked by " MASK_VARIABLE;
	return cgswap_session_get_probe(session, feature);
}

static enum exit_status features(const struct options *options, cgswap_session *session,
				 struct table *table, json_t *list)
{
	enum cgswap_feature feature;
	enum answer answer;
	enum cgswap_cause noted = CGSWAP_CAUSE_NONE;
	const char *probe;
	size_t i;

	for (i = 1; i <= cgswap_feature_get_count(); i++) {
		feature = (enum cgswap_feature)i;
		answer = ask(options, session, feature, &noted);
		probe = probe_of(session, feature);
		if (!list)
			put_row(table, feature, answer, probe);
		else if (!add_object(list, cgswap_feature_get_name(feature), answer, probe))
			return refuse_memory(options, false);
	}
	return EXIT_DONE;
}

enum exit_status cmd_features(const struct options *options)
{
	json_t *list = options->given & OPTION_JSON ? json_array() : NULL;
	enum exit_status status;
	cgswap_session *session;
	struct table table;
	bool printed;

	table_init(&table, columns, sizeof(columns) / sizeof(columns[0]));
	if ((options->given & OPTION_JSON) && !list)
		return refuse_memory(options, false);
	status = view_session_open(options, &session);
	if (status != EXIT_DONE)
		goto out_list;
	status = features(options, session, &table, list);
	if (status == EXIT_DONE) {
		if (list)
			printed = json_print(json_wrap("features", json_incref(list)));
		else
			printed = table_print(&table);
		status = printed ? EXIT_DONE : refuse_memory(options, false);
	}
	cgswap_session_unref(session);
out_list:
	json_decref(list);
	table_free(&table);
	return status;
}
