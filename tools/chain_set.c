/* SPDX-License-Identifier: BSD-2-Clause */
#include "chain_set.h"
#include "report.h"
#include "open.h"

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
	/* with no attach type at all, reading one gives the reason */
	if (list->length == 0)
		list->types[list->length++] = 0;
	return CGSWAP_OK;
}

/* Drops an attach type that this kernel cannot list, so that the others are still shown. */
static void type_list_drop(struct type_list *list, size_t at, const struct options *options)
{
	char missing[96];

	snprintf(missing, sizeof(missing), "chains of %s are not shown",
		 cgswap_attach_type_get_name(list->types[at]));
	report_warning(options, missing, cgswap_last_error());
	list->length--;
	memmove(&list->types[at], &list->types[at + 1],
		(list->length - at) * sizeof(list->types[0]));
}

static enum cgswap_status chain_set_add(struct chain_set *set, cgswap_session *session,
					const char *cgroup, size_t type, struct describe *describe)
{
	struct effective *effective = &set->effective[set->length];
	enum cgswap_status status;
	cgswap_chain *chain;
	bool empty;

	*effective = (struct effective){ .length = 0 };
	status = open_chain_readable(&chain, session, cgroup, cgswap_attach_type_get_name(type));
	if (status != CGSWAP_OK)
		return status;
	if (!set->first)
		set->first = cgswap_chain_ref(chain);
	if (describe->options->given & OPTION_EFFECTIVE) {
		status = effective_read(effective, describe, session, chain);
		empty = effective->length == 0;
	} else {
		empty = cgswap_chain_get_length(chain) == 0;
	}
	if (status != CGSWAP_OK || empty) {
		effective_free(effective);
		cgswap_chain_unref(chain);
		return status;
	}
	set->types[set->length] = type;
	set->chains[set->length++] = chain;
	return describe_chain(describe, chain);
}

enum cgswap_status chain_set_open(struct chain_set *set, cgswap_session *session,
				  const char *cgroup, struct type_list *list,
				  struct describe *describe)
{
	enum cgswap_status status;
	size_t i = 0;

	set->length = 0;
	set->first = NULL;
	while (i < list->length) {
		status = chain_set_add(set, session, cgroup, list->types[i], describe);
		if (status == CGSWAP_OK) {
			i++;
		} else if (status == CGSWAP_E_UNSUPPORTED && list->length > 1) {
			type_list_drop(list, i, describe->options);
		} else {
			chain_set_close(set);
			return status;
		}
	}
	return CGSWAP_OK;
}

void chain_set_close(struct chain_set *set)
{
	while (set->length > 0) {
		effective_free(&set->effective[--set->length]);
		cgswap_chain_unref(set->chains[set->length]);
	}
	cgswap_chain_unref(set->first);
	set->first = NULL;
}
