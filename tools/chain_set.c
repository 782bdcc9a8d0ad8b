/* SPDX-License-Identifier: BSD-2-Clause */
#include "chain_set.h"
#include "error_report.h"

#include <stdio.h>
#include <string.h>

enum cgswap_status type_list_read(struct type_list *list, cgswap_session *session)
{
	enum cgswap_status status;
	size_t i;
	bool has;

	list->length = 0;
	for (i = 0; i < cgswap_attach_type_get_count() && list->length < TYPES_MAX; i++) {
		status = cgswap_session_has_attach_type(session, cgswap_attach_type_get_name(i),
							&has);
		if (status != CGSWAP_OK)
			return status;
		if (has)
			list->types[list->length++] = i;
	}
	/* a kernel that has none says so when it is asked for one */
	if (list->length == 0)
		list->types[list->length++] = 0;
	return CGSWAP_OK;
}

static enum cgswap_status add_chain(struct view_set *set, cgswap_session *session,
				    const char *cgroup, size_t type, struct describer *describer)
{
	enum cgswap_status status;
	cgswap_chain *chain;

	status = view_open(&chain, session, cgroup, cgswap_attach_type_get_name(type));
	if (status != CGSWAP_OK)
		return status;
	if (cgswap_chain_get_length(chain) == 0) {
		cgswap_chain_unref(chain);
		return CGSWAP_OK;
	}
	set->types[set->length] = type;
	set->chains[set->length++] = chain;
	return view_describe(describer, chain);
}

/* An attach type that this kernel cannot list must not keep the others from being shown. */
static void skip_type(struct type_list *list, size_t at, const struct options *options)
{
	char what[96];

	snprintf(what, sizeof(what), "chains of %s are not shown",
		 cgswap_attach_type_get_name(list->types[at]));
	note(options, what, cgswap_last_error());
	list->length--;
	memmove(&list->types[at], &list->types[at + 1],
		(list->length - at) * sizeof(list->types[0]));
}

enum cgswap_status view_set_open(struct view_set *set, cgswap_session *session, const char *cgroup,
				 struct type_list *list, struct describer *describer)
{
	enum cgswap_status status;
	size_t i = 0;

	set->length = 0;
	while (i < list->length) {
		status = add_chain(set, session, cgroup, list->types[i], describer);
		if (status == CGSWAP_OK) {
			i++;
		} else if (status == CGSWAP_E_UNSUPPORTED && list->length > 1) {
			skip_type(list, i, describer->options);
		} else {
			view_set_close(set);
			return status;
		}
	}
	return CGSWAP_OK;
}

void view_set_close(struct view_set *set)
{
	while (set->length > 0)
		cgswap_chain_unref(set->chains[--set->length]);
}

json_t *json_view_set(const struct view_set *set)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < set->length; i++) {
		if (!json_add(list, json_chain(set->chains[i]))) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}
