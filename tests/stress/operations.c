/* SPDX-License-Identifier: BSD-2-Clause */
/* Chooses what a thread does: with sessions, chains and programs here. */
#include "stress.h"

#include "../lib/live.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CAUSES = 128 };

static atomic_uint refused[CAUSES], succeeded;

uint32_t stress_any_slot(struct stress_random *random)
{
	return stress_below(random, STRESS_SLOTS);
}

const char *stress_any_cgroup(struct stress_random *random)
{
	return stress_world.cgroup[stress_below(random, STRESS_CGROUPS)].path;
}

bool stress_done(enum cgswap_status status)
{
	const cgswap_error *error = cgswap_last_error();
	enum cgswap_cause cause = cgswap_error_get_cause(error);
	cgswap_error *copy;

	if (!status) {
		succeeded++;
		return true;
	}
	if ((unsigned)cause < CAUSES)
		refused[cause]++;
	copy = cgswap_error_dup();
	if (cgswap_error_get_status(error) != status || !*cgswap_error_get_message(error) ||
	    !*cgswap_error_get_operation(error) ||
	    (copy && strcmp(cgswap_error_get_log(copy), cgswap_error_get_log(error))))
		bail_out("an error without its facts: status %d, '%s'", (int)status,
			 cgswap_error_get_message(error));
	cgswap_error_free(copy);
	return false;
}

/* ---- sessions -------------------------------------------------------------------------------- */

static void open_session(struct stress_random *random)
{
	cgswap_session *session;

	if (stress_done(cgswap_session_open(&session, NULL)))
		stress_put(STRESS_SESSION, stress_any_slot(random), session);
}

/* Others are in calls on the session and its children, or drop their last references. */
static void close_session(struct stress_random *random)
{
	uint32_t slot = stress_any_slot(random);
	cgswap_session *session = stress_take(STRESS_SESSION, slot);

	if (session && stress_done(cgswap_session_close(session)))
		open_session(random);
	cgswap_session_unref(session);
}

static void log_line(int level, const char *line, void *user)
{
	uint32_t slot = (uint32_t)strlen(line) % STRESS_SLOTS;

	(void)level;
	(void)user;
	stress_put(STRESS_CHAIN, slot, NULL);
	stress_put(STRESS_REPLACE, slot, NULL);
}

static void set_log(struct stress_random *random)
{
	cgswap_session *session = stress_take(STRESS_SESSION, stress_any_slot(random));
	void *user = stress_below(random, 2) ? malloc(16) : NULL;

	if (!session || !stress_done(cgswap_session_set_log(session, user ? log_line : NULL, user, free)))
		free(user);
	cgswap_session_unref(session);
}

static int visit(const char *cgroup, void *user)
{
	cgswap_session *session = user;
	cgswap_chain *chain;

	if (stress_done(cgswap_chain_open(&chain, session, cgroup, "egress")))
		cgswap_chain_unref(chain);
	return strstr(cgroup, "three") != NULL;
}

static void walk(struct stress_random *random)
{
	cgswap_session *session = stress_take(STRESS_SESSION, stress_any_slot(random));

	if (session)
		stress_done(cgswap_session_walk(session, stress_world.top.path, visit, session));
	cgswap_session_unref(session);
}

/* ---- chains ---------------------------------------------------------------------------------- */

/* The chain is this thread's alone, but its session may be closed meanwhile. */
static void look_at_chain(cgswap_chain *chain)
{
	const cgswap_entry *entry;

	if (!stress_done(cgswap_chain_describe(chain, CGSWAP_DESCRIBE_ALL)))
		return;
	for (size_t i = 0; (entry = cgswap_chain_get_entry(chain, i)); i++)
		if (!strlen(cgswap_entry_get_name(entry)) && cgswap_entry_get_uid(entry))
			bail_out("an entry without a name");
	stress_done(cgswap_chain_read_leftovers(chain));
}

static void open_chain(struct stress_random *random)
{
	cgswap_session *session = stress_take(STRESS_SESSION, stress_any_slot(random));
	cgswap_chain *chain;

	if (session && stress_done(cgswap_chain_open(&chain, session, stress_any_cgroup(random), "egress"))) {
		look_at_chain(chain);
		stress_put(STRESS_CHAIN, stress_any_slot(random), chain);
	}
	cgswap_session_unref(session);
}

static void read_chain(struct stress_random *random)
{
	cgswap_chain *chain = stress_take(STRESS_CHAIN, stress_any_slot(random));

	if (chain && stress_done(cgswap_chain_read(chain)))
		stress_done(cgswap_chain_describe(chain, CGSWAP_DESCRIBE_ALL));
	cgswap_chain_unref(chain);
}

static void close_chain(struct stress_random *random)
{
	cgswap_chain *chain = stress_take(STRESS_CHAIN, stress_any_slot(random));

	if (chain)
		stress_done(cgswap_chain_close(chain));
	cgswap_chain_unref(chain);
}

/* Programs that replace no other, so that only entries after the base ones are detached. */
static void attach_and_detach(struct stress_random *random)
{
	cgswap_chain *chain = stress_take(STRESS_CHAIN, stress_any_slot(random));
	cgswap_session *session = stress_take(STRESS_SESSION, stress_any_slot(random));
	cgswap_program *program;
	char source[32];

	snprintf(source, sizeof(source), "fd:%d",
		 stress_world.extra[stress_below(random, STRESS_EXTRA)]);
	if (chain && session && stress_done(cgswap_program_open(&program, session, source, NULL))) {
		if (stress_done(cgswap_chain_attach(chain, program, NULL)))
			stress_done(cgswap_chain_detach(chain, source, NULL));
		cgswap_program_unref(program);
	}
	cgswap_session_unref(session);
	cgswap_chain_unref(chain);
}

/* ---- programs -------------------------------------------------------------------------------- */

static void open_program(struct stress_random *random)
{
	static const char *const objects[] = { "count_v1", "count_v2", "object/tail_call" };
	const struct cgswap_program_opts opts = { .sz = sizeof(opts), .attach_type = "egress" };
	cgswap_session *session = stress_take(STRESS_SESSION, stress_any_slot(random));
	uint32_t which = stress_below(random, 3 + STRESS_PROGRAMS);
	cgswap_program *program;
	char source[1100];

	if (which < 3) {
		char *file;
		char below[64];

		snprintf(below, sizeof(below), "tests/bpf/%s%s.bpf.o",
			 strchr(objects[which], '/') ? "" : "maps/", objects[which]);
		file = build_path(below);
		snprintf(source, sizeof(source), "%s", file);
		free(file);
	} else {
		snprintf(source, sizeof(source), "fd:%d", stress_world.programs[which - 3]);
	}
	if (session && stress_done(cgswap_program_open(&program, session, source, &opts))) {
		cgswap_program_get_fd(program); /* -1 if the session was closed meanwhile */
		stress_put(STRESS_PROGRAM, stress_any_slot(random), program);
	}
	cgswap_session_unref(session);
}

static void look_at_program(struct stress_random *random)
{
	cgswap_program *program = stress_take(STRESS_PROGRAM, stress_any_slot(random));

	for (size_t i = 0; i < cgswap_program_get_map_count(program); i++)
		if (!cgswap_program_get_map_reason(program, i))
			bail_out("a map without a reason");
	if (stress_below(random, 4) == 0 && program)
		stress_done(cgswap_program_close(program));
	cgswap_program_unref(program);
}

/* ---- choosing -------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	void (*run)(struct stress_random *random);
	unsigned weight;
} operations[] = {
	{ "open session", open_session, 4 },
	{ "close session", close_session, 6 },
	{ "set log", set_log, 2 },
	{ "walk", walk, 3 },
	{ "open chain", open_chain, 20 },
	{ "read chain", read_chain, 10 },
	{ "close chain", close_chain, 3 },
	{ "attach and detach", attach_and_detach, 4 },
	{ "open program", open_program, 8 },
	{ "look at program", look_at_program, 6 },
	{ "plan", stress_plan_step, 8 },
	{ "use shared replace", stress_use_shared, 12 },
	{ "commit", stress_commit, 10 },
	{ "short thread", stress_short_thread, 2 },
	{ "fork and exec", stress_fork_and_exec, 1 },
};

enum { OPERATIONS = sizeof(operations) / sizeof(*operations) };

const char *stress_operation(struct stress_random *random)
{
	uint32_t total = 0, chosen;
	size_t i = 0;

	for (size_t at = 0; at < OPERATIONS; at++)
		total += operations[at].weight;
	chosen = stress_below(random, total);
	while (chosen >= operations[i].weight)
		chosen -= operations[i++].weight;
	operations[i].run(random);
	return operations[i].name;
}

bool stress_report(void)
{
	static const enum cgswap_cause never[] = {
		CGSWAP_CAUSE_BAD_DESCRIPTOR, CGSWAP_CAUSE_OUT_OF_MEMORY,
		CGSWAP_CAUSE_TOO_MANY_FILES, CGSWAP_CAUSE_OBJECT_REFUSED,
		CGSWAP_CAUSE_UNEXPLAINED,    CGSWAP_CAUSE_VERIFY_FAILED,
	};
	bool fine = true;

	diag("%u calls succeeded", succeeded);
	for (unsigned i = 0; i < CAUSES; i++)
		if (refused[i])
			diag("%7u %s", refused[i], cgswap_cause_get_name((enum cgswap_cause)i));
	for (size_t i = 0; i < sizeof(never) / sizeof(*never); i++)
		fine = fine && !refused[never[i]];
	return fine;
}
