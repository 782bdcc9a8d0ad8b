/* SPDX-License-Identifier: BSD-2-Clause */
/* The reasons why a result is not complete. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "find/find.h"
#include "kernel/errno_error.h"

enum cgswap_status find_add_unread(struct cgswap_find *find, const char *list)
{
	char *reason = strdup(cgswap_error_get_message(cgswap_last_error()));
	struct find_unread *unread;

	error_clear();
	unread = reason ? find_list_add(&find->unread, sizeof(*unread)) : NULL;
	if (!unread) {
		free(reason);
		return error_no_memory();
	}
	*unread = (struct find_unread){ .list = list, .reason = reason };
	return CGSWAP_OK;
}

void find_miss(struct find_missed *missed, const char *name, int errnum)
{
	if (missed->count++)
		return;
	missed->errnum = errnum;
	snprintf(missed->first, sizeof(missed->first), "%s", name);
}

enum cgswap_status find_add_missed(struct cgswap_find *find, const char *list, const char *things,
				   const char *verb, const struct find_missed *missed)
{
	const char *name = cgswap_errno_get_name(missed->errnum);

	if (!missed->count)
		return CGSWAP_OK;
	if (missed->count == 1)
		error_set(CGSWAP_CAUSE_DENIED_BY_POLICY, missed->errnum, "%s '%s' cannot be %s: %s",
			  things, missed->first, verb, name);
	else
		error_set(CGSWAP_CAUSE_DENIED_BY_POLICY, missed->errnum,
			  "%s '%s' and %zu others cannot be %s: %s", things, missed->first,
			  missed->count - 1, verb, name);
	return find_add_unread(find, list);
}
