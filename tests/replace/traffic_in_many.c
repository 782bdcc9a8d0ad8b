/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * While a program is replaced in a hundred cgroups, in all of which packets are sent, each packet is
 * seen by exactly one of the two programs; also while a rollback, a health check or a cancel puts the
 * old one back. Half of the cgroups have a link.
 *
 * The argument is the number of rounds; a round does each of these.
 */
#include "../lib/attach_types.h"
#include "../lib/expect.h"
#include "../lib/fixture.h"
#include "../lib/fixture_marks.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"
#include "../lib/traffic.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { CGROUPS = 100, ROUNDS = 10, PACKETS = 4000000, BETWEEN = 2 * CGROUPS };

static struct scratch top, cgroups[CGROUPS];
static int links[CGROUPS];
static struct marks marks;
static struct traffic traffic;

static void build(void)
{
	char name[16];

	top = scratch_new("traffic");
	marks = marks_new(PACKETS);
	for (int i = 0; i < CGROUPS; i++) {
		snprintf(name, sizeof(name), "c%d", i);
		cgroups[i] = scratch_child(&top, name);
		links[i] = i % 2 ? raw_link_create(cgroups[i].fd, marks.progs[0], EGRESS, 0) : -1;
		if (i % 2 ? links[i] < 0
			  : raw_attach(cgroups[i].fd, marks.progs[0], EGRESS, RAW_MULTI) != 0)
			bail_out("cannot attach");
	}
}

/* Each cgroup sends some packets; false: all have been sent. */
static bool let_them_send(void)
{
	uint32_t sent = traffic_sent(&traffic);

	while (traffic_sent(&traffic) < sent + BETWEEN && traffic_sent(&traffic) < PACKETS)
		usleep(50);
	return traffic_sent(&traffic) < PACKETS;
}

static size_t with(int program)
{
	size_t count = 0;

	for (int i = 0; i < CGROUPS; i++) {
		struct raw_chain chain = chain_now(cgroups[i].fd, EGRESS);

		count += chain.count == 1 && chain.ids[0] == raw_prog_id(program);
	}
	return count;
}

static int says_no(char *said, size_t size, const cgswap_event *event, void *user)
{
	(void)user;
	snprintf(said, size, "no");
	let_them_send();
	return cgswap_event_get_done(event) == CGROUPS;
}

static int stops_late(size_t done, size_t of, void *user)
{
	(void)user;
	if (done == of - 1)
		let_them_send();
	return done == of - 1;
}

/* Commits that come to all or nearly all of the cgroups, and are put back. Returns what went wrong. */
static unsigned play_round(cgswap_replace *replace)
{
	const struct cgswap_commit_opts unhealthy = {
		.sz = sizeof(unhealthy), .health = says_no, .canary = "10%"
	};
	const struct cgswap_commit_opts cancelled = { .sz = sizeof(cancelled), .progress = stops_late };
	unsigned bad = 0;

	bad += cgswap_replace_commit(replace, NULL) != CGSWAP_OK;
	bad += with(marks.progs[1]) != CGROUPS;
	let_them_send();
	bad += cgswap_replace_rollback(replace) != CGSWAP_OK;
	bad += with(marks.progs[0]) != CGROUPS;
	let_them_send();
	bad += cgswap_replace_commit(replace, &unhealthy) != CGSWAP_E_UNHEALTHY;
	bad += with(marks.progs[0]) != CGROUPS;
	let_them_send();
	bad += cgswap_replace_commit(replace, &cancelled) != CGSWAP_E_UNHEALTHY;
	bad += with(marks.progs[0]) != CGROUPS;
	return bad;
}

int main(int argc, char **argv)
{
	int most = argc > 1 ? atoi(argv[1]) : ROUNDS, rounds = 0;
	struct marks_result result;
	cgswap_session *session;
	cgswap_replace *replace;
	unsigned bad = 0;
	uint32_t sent;

	need_live();
	build();
	session = live_session();
	expect_ok(cgswap_replace_new(&replace, session, NULL), "a transaction");
	expect_ok(cgswap_replace_add_recursive(replace, top.path, "egress", by_id(marks.progs[0]),
					       by_fd(marks.progs[1]), NULL), "over all of them");
	is_int(cgswap_replace_get_length(replace), CGROUPS, "a hundred cgroups");
	traffic = traffic_start_in(cgroups, CGROUPS, PACKETS);
	if (argc > 1)
		alarm(0); /* a long run */
	for (; rounds < most && !bad && let_them_send(); rounds++)
		bad += play_round(replace);
	sent = traffic_stop(&traffic);
	result = marks_count(&marks, sent);
	is_int(bad, 0, "the commits and rollbacks of %d rounds", rounds);
	is_int(result.unseen, 0, "of %u packets none was missed by both programs", sent);
	is_int(result.doubled, 0, "no packet was seen by both");
	ok(result.by[0] > 0 && result.by[1] > 0, "both saw packets: %llu and %llu",
	   (unsigned long long)result.by[0], (unsigned long long)result.by[1]);
	cgswap_replace_unref(replace);
	cgswap_session_unref(session);
	for (int i = 0; i < CGROUPS; i++)
		if (links[i] >= 0)
			raw_close(links[i]);
	marks_free(&marks);
	return done_testing();
}
