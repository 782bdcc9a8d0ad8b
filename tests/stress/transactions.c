/* SPDX-License-Identifier: BSD-2-Clause */
/* The operations with transactions. */
#include "stress.h"

#include <stdio.h>

struct progress {
	cgswap_replace *replace; /* dropped by the callback */
	cgswap_session *session; /* closed by it: in use */
	bool cancel;
};

static int in_commit(size_t step, size_t total, void *user)
{
	struct progress *progress = user;

	(void)step;
	(void)total;
	cgswap_replace_unref(progress->replace);
	progress->replace = NULL;
	if (progress->session)
		cgswap_session_close(progress->session);
	return progress->cancel;
}

static bool add_step(cgswap_replace *replace, struct stress_random *random)
{
	static const char *const selectors[] = { "pos:1", "pos:1", "pos:1", "pos:5", "pos:1" };
	cgswap_chain *chain = stress_take(STRESS_CHAIN, stress_any_slot(random));
	cgswap_program *program = stress_take(STRESS_PROGRAM, stress_any_slot(random));
	const char *selector = selectors[stress_below(random, 5)];
	char source[32];
	bool added = false;

	snprintf(source, sizeof(source), "fd:%d",
		 stress_world.programs[stress_below(random, STRESS_PROGRAMS)]);
	if (chain && (!program || stress_below(random, 2)))
		added = stress_done(cgswap_replace_add_source(replace, chain, selector, source, NULL));
	else if (chain)
		added = stress_done(cgswap_replace_add(replace, chain, selector, program, NULL));
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	return added;
}

void stress_plan_step(struct stress_random *random)
{
	cgswap_session *session = stress_take(STRESS_SESSION, stress_any_slot(random));
	cgswap_replace *replace;

	if (session && stress_done(cgswap_replace_new(&replace, session, NULL))) {
		add_step(replace, random);
		stress_put(STRESS_REPLACE, stress_any_slot(random), replace);
	}
	cgswap_session_unref(session);
}

void stress_use_shared(struct stress_random *random)
{
	cgswap_replace *replace = stress_take(STRESS_REPLACE, stress_any_slot(random));

	if (!replace)
		return;
	switch (stress_below(random, 6)) {
	case 0:
		add_step(replace, random);
		break;
	case 1:
		stress_done(cgswap_replace_check(replace));
		break;
	case 2:
		cgswap_replace_cancel(replace);
		break;
	case 3:
		stress_done(cgswap_replace_rollback(replace));
		break;
	case 4:
		stress_done(cgswap_replace_close(replace));
		break;
	default:
		stress_done(cgswap_replace_commit(replace, NULL));
	}
	cgswap_replace_unref(replace);
}

void stress_commit(struct stress_random *random)
{
	struct progress progress = { .cancel = stress_below(random, 4) == 0 };
	const struct cgswap_commit_opts opts = { .sz = sizeof(opts),
						 .progress = in_commit,
						 .user = &progress };
	cgswap_session *session = stress_take(STRESS_SESSION, stress_any_slot(random));
	cgswap_replace *replace;

	if (session && stress_done(cgswap_replace_new(&replace, session, NULL))) {
		progress.replace = replace;
		if (stress_below(random, 2))
			progress.session = session;
		for (uint32_t i = 0; i < 1 + stress_below(random, 3); i++)
			add_step(replace, random);
		stress_done(cgswap_replace_commit(replace, &opts));
		cgswap_replace_unref(progress.replace);
	}
	cgswap_session_unref(session);
}
