/* SPDX-License-Identifier: BSD-2-Clause */
#include "hostile_callbacks.h"

#include "../lib/tap.h"
#include "hostile.h"
#include "hostile_fixture.h"

#include <cgswap.h>
#include <limits.h>
#include <string.h>

static const char *complaint = "";
static bool called_back;

const char *hostile_callback_complaint(void)
{
	return complaint;
}

bool hostile_called_back(void)
{
	return called_back;
}

/* Makes calls that a callback must not make. Handles in use must refuse them. */
static void call_back(void)
{
	cgswap_session *session = (cgswap_session *)hostile_good_handle("cgswap_session");
	cgswap_replace *replace = (cgswap_replace *)hostile_good_handle("cgswap_replace");
	cgswap_chain *chain = (cgswap_chain *)hostile_good_handle("cgswap_chain");
	cgswap_session *another;

	called_back = true;
	if (cgswap_session_close(session) != CGSWAP_E_BUSY)
		complaint = "a session was closed while a call on it ran";
	cgswap_replace_close(replace);
	cgswap_replace_commit(replace, NULL);
	cgswap_replace_rollback(replace);
	cgswap_chain_read(chain);
	cgswap_chain_close(chain);
	cgswap_session_set_log(session, NULL, NULL, NULL);
	if (!cgswap_session_open(&another, NULL))
		cgswap_session_unref(another);
}

static void good_log(int level, const char *line, void *user)
{
	(void)level;
	(void)line;
	(void)user;
}

static void reentrant_log(int level, const char *line, void *user)
{
	good_log(level, line, user);
	call_back();
}

static void good_destroy(void *user)
{
	(void)user;
}

static int good_cgroup(const char *cgroup, void *user)
{
	(void)user;
	return cgroup[0] != '/';
}

static int refusing_cgroup(const char *cgroup, void *user)
{
	(void)cgroup;
	(void)user;
	return INT_MIN;
}

static int reentrant_cgroup(const char *cgroup, void *user)
{
	call_back();
	return good_cgroup(cgroup, user);
}

static int good_progress(size_t done, size_t total, void *user)
{
	(void)user;
	return done >= total;
}

static int refusing_progress(size_t done, size_t total, void *user)
{
	(void)done;
	(void)total;
	(void)user;
	return INT_MIN;
}

static int reentrant_progress(size_t done, size_t total, void *user)
{
	call_back();
	return good_progress(done, total, user);
}

static int good_event(const cgswap_event *event, void *user)
{
	(void)user;
	return cgswap_event_get_done(event) > cgswap_event_get_total(event);
}

static int refusing_event(const cgswap_event *event, void *user)
{
	(void)event;
	(void)user;
	return INT_MIN;
}

static int reentrant_event(const cgswap_event *event, void *user)
{
	call_back();
	return good_event(event, user);
}

static int good_health(char *said, size_t size, const cgswap_event *event, void *user)
{
	memset(said, 'a', size);
	return good_event(event, user);
}

static int refusing_health(char *said, size_t size, const cgswap_event *event, void *user)
{
	good_health(said, size, event, user);
	return INT_MIN;
}

static int reentrant_health(char *said, size_t size, const cgswap_event *event, void *user)
{
	call_back();
	return good_health(said, size, event, user);
}

const struct callbacks *hostile_callbacks(const char *type)
{
	static const struct callbacks all[] = {
		{ "cgswap_log_fn", good_log, good_log, reentrant_log },
		{ "cgswap_destroy_fn", good_destroy, good_destroy, good_destroy },
		{ "cgswap_cgroup_fn", good_cgroup, refusing_cgroup, reentrant_cgroup },
		{ "cgswap_progress_fn", good_progress, refusing_progress, reentrant_progress },
		{ "cgswap_event_fn", good_event, refusing_event, reentrant_event },
		{ "cgswap_health_fn", good_health, refusing_health, reentrant_health },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (!strcmp(all[i].type, type))
			return &all[i];
	bail_out("no callbacks of type %s: add some to %s", type, __FILE__);
}
