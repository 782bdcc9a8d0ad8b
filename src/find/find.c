/* SPDX-License-Identifier: BSD-2-Clause */
/* The handle of what was found, which is read once, when it is opened. */
#include "find/find.h"

#include <stdlib.h>

#include "base/error.h"

/* There is only memory to free, which getters in other threads may be reading. */
static void find_shut(struct handle *handle)
{
	(void)handle;
}

static void find_free(struct handle *handle)
{
	struct cgswap_find *find = (struct cgswap_find *)handle;

	find_free_lists(find);
	session_release(find->session, handle);
	free(find);
}

/* An entry may have a link only if its links are known, so they are read for both. */
static enum cgswap_status find_read(struct cgswap_find *find, const char *selector, unsigned what)
{
	enum cgswap_status status = find_programs(find, selector);

	if (!status && (what & CGSWAP_FIND_ENTRIES))
		status = find_entries(find);
	if (!status && (what & CGSWAP_FIND_LINKS))
		status = find_links(find);
	if (!status && (what & CGSWAP_FIND_PINS))
		status = find_pins(find);
	if (!status && (what & CGSWAP_FIND_PROCESSES))
		status = find_processes(find);
	return status;
}

static enum cgswap_status find_open_in(cgswap_find **out, cgswap_session *session,
				       const char *selector, unsigned what)
{
	struct cgswap_find *find;
	enum cgswap_status status;

	if (!out)
		return error_bad_argument("'%s'{option} is NULL", "out");
	if (what & ~(unsigned)CGSWAP_FIND_ALL)
		return error_bad_argument("'%s'{option} is %#x{found}; expected CGSWAP_FIND_...",
					  "what", what);
	find = calloc(1, sizeof(*find));
	if (!find)
		return error_no_memory();
	handle_init(&find->handle, find_shut, find_free);
	find->session = session;
	session_adopt(session, &find->handle);
	status = find_read(find, selector, what);
	if (status) {
		cgswap_find_unref(find);
		return status;
	}
	*out = find;
	return CGSWAP_OK;
}

enum cgswap_status cgswap_find_open(cgswap_find **out, cgswap_session *session,
				    const char *selector, unsigned what)
{
	enum cgswap_status status;

	if (out)
		*out = NULL;
	status = session_enter(session, "find");
	if (status)
		return status;
	return session_leave(session, find_open_in(out, session, selector, what));
}

cgswap_find *cgswap_find_ref(cgswap_find *find)
{
	if (find)
		handle_ref(&find->handle);
	return find;
}

void cgswap_find_unref(cgswap_find *find)
{
	if (find)
		handle_unref(&find->handle);
}

enum cgswap_status cgswap_find_close(cgswap_find *find)
{
	return handle_close(find ? &find->handle : NULL, "close find");
}
