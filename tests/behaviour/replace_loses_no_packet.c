/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Thousands of swaps while packets flow: each packet is seen by one version, none by neither,
 * none by both; and the chain keeps its length and its order, so that a swap that silently
 * appends would be found.
 */
#include "../lib/expect.h"
#include "../lib/hooks.h"
#include "../lib/live.h"
#include "../lib/marks.h"
#include "../lib/programs.h"
#include "../lib/scene.h"
#include "../lib/traffic.h"
#include "../tap/tap.h"

#include <unistd.h>

enum { PACKETS = 1000000, SWAPS = 10000, ENOUGH_PACKETS = 2000, PLACE = 1 };

static struct scene scene;
static struct marks marks;
static cgswap_program *version[2];

/* Puts version one in the middle of the chain of three. */
static void enter_chain(void)
{
	expect_ok(swap(scene.session, scene.chain, "pos:1", version[0]), "version one takes its place");
	close(scene.progs[PLACE]);
	scene.progs[PLACE] = dup(marks.progs[0]);
}

/* Each swap is a transaction of its own, looked at by a raw query. @return how many went wrong. */
static int swap_many(const struct traffic *traffic, enum cgswap_verify verify)
{
	const struct cgswap_replace_opts opts = { .sz = sizeof(opts), .verify = verify };
	struct raw_chain wanted = scene_chain(&scene);
	int bad = 0, standing = 0;

	for (int i = 0; i < SWAPS || traffic_sent(traffic) < ENOUGH_PACKETS; i++) {
		cgswap_replace *replace;
		struct raw_chain now;

		if (cgswap_replace_new(&replace, scene.session, &opts))
			return -1;
		if (cgswap_replace_add(replace, scene.chain, by_fd(marks.progs[standing]),
				       version[1 - standing], NULL) ||
		    cgswap_replace_commit(replace, NULL))
			bad++;
		else
			standing = 1 - standing;
		if (verify != CGSWAP_VERIFY_OFF &&
		    !cgswap_step_get_verified(cgswap_replace_get_step(replace, 0)))
			bad++;
		cgswap_replace_unref(replace);
		wanted.ids[PLACE] = raw_prog_id(marks.progs[standing]);
		now = scene_chain(&scene);
		bad += !chain_same(&now, &wanted);
		if (bad > 10)
			break;
	}
	if (standing)
		bad += !!swap(scene.session, scene.chain, by_fd(marks.progs[1]), version[0]);
	return bad;
}

/* One transaction, committed and rolled back over and over. */
static int swing(const struct traffic *traffic)
{
	uint32_t start = traffic_sent(traffic);
	cgswap_replace *replace;
	int bad = 0;

	if (cgswap_replace_new(&replace, scene.session, NULL) ||
	    cgswap_replace_add(replace, scene.chain, by_fd(marks.progs[0]), version[1], NULL))
		return -1;
	for (int i = 0; i < SWAPS || traffic_sent(traffic) < start + ENOUGH_PACKETS; i++) {
		bad += !!cgswap_replace_commit(replace, NULL);
		bad += !!cgswap_replace_rollback(replace);
		if (bad > 10)
			break;
	}
	cgswap_replace_unref(replace);
	return bad;
}

int main(void)
{
	struct marks_result result;
	struct raw_chain before;
	struct traffic traffic;
	uint32_t sent;

	need_live();
	scratch_bystander(EGRESS);
	scene = scene_new("traffic", 3);
	marks = marks_new(PACKETS);
	for (int i = 0; i < 2; i++)
		version[i] = live_program(scene.session, marks.progs[i]);
	enter_chain();
	before = scene_chain(&scene);
	is_int(before.count, 3, "three programs");

	traffic = traffic_start(&scene.cgroup, PACKETS);
	is_int(swap_many(&traffic, CGSWAP_VERIFY_ON), 0, "%d verified swaps, all good", SWAPS);
	is_int(swap_many(&traffic, CGSWAP_VERIFY_OFF), 0, "%d bare swaps, all good", SWAPS);
	is_int(swing(&traffic), 0, "%d commits and roll-backs, all good", SWAPS);
	sent = traffic_stop(&traffic);

	result = marks_count(&marks, sent);
	is_int(result.unseen, 0, "of %u packets none was seen by neither version", sent);
	is_int(result.doubled, 0, "none was seen by both");
	ok(result.by[0] > 0 && result.by[1] > 0, "both had work: %llu and %llu packets",
	   (unsigned long long)result.by[0], (unsigned long long)result.by[1]);
	chain_is(scene.cgroup.fd, EGRESS, scene.progs, 3, "the chain ends as it began");

	for (int i = 0; i < 2; i++)
		cgswap_program_unref(version[i]);
	marks_free(&marks);
	scene_free(&scene);
	return done_testing();
}
