/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A swap moves the pin of the old program to the new one: a thread that opens the path all the time
 * finds the old program or the new one, never a missing pin. A roll-back moves it back. A pin of
 * another program is not changed, and then the swap is an error.
 */
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <dirent.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#define PIN BPFFS "/firewall"

enum { SWAPS = 2000 };

static struct fixture fixture;
static uint32_t known[2];
static atomic_bool stop;
static atomic_ulong opened, missing, strange;

static void *open_all_the_time(void *unused)
{
	(void)unused;
	while (!stop) {
		uint32_t id = bpffs_program_at(PIN);

		opened++;
		missing += !id;
		strange += id && id != known[0] && id != known[1];
	}
	return NULL;
}

/* Counts the names in the bpffs except those of the kernel; a temporary pin must not stay. */
static int names(void)
{
	DIR *dir = opendir(BPFFS);
	struct dirent *entry;
	int count = 0;

	while (dir && (entry = readdir(dir)))
		count += !strchr(entry->d_name, '.');
	if (dir)
		closedir(dir);
	return count;
}

static cgswap_replace *with_pin(const char *pin, enum cgswap_status *status)
{
	const struct cgswap_step_opts opts = { .sz = sizeof(opts), .pin = pin };
	cgswap_replace *replace;

	cgswap_replace_new(&replace, fixture.session, NULL);
	*status = cgswap_replace_add(replace, fixture.chain, by_id(fixture.progs[1]), fixture.program,
				     &opts);
	return replace;
}

static void back_and_forth(void)
{
	enum cgswap_status status;
	cgswap_replace *replace;
	pthread_t thread;
	int good = 0;

	known[0] = raw_prog_id(fixture.progs[1]);
	known[1] = raw_prog_id(fixture.spare);
	bpffs_pin(fixture.progs[1], "firewall");
	replace = with_pin(PIN, &status);
	expect_ok(status, "a step with a pin");
	is_int(bpffs_program_at(PIN), known[0], "before the commit the pin has the old program");
	is_int(names(), 1, "the bpffs has no other pin");
	if (pthread_create(&thread, NULL, open_all_the_time, NULL))
		bail_out("no thread");
	/* on a busy machine the thread may start late */
	while (!opened)
		sched_yield();
	for (int i = 0; i < SWAPS; i++) {
		good += !cgswap_replace_commit(replace, NULL) && bpffs_program_at(PIN) == known[1] &&
			fixture_chain(&fixture).ids[1] == known[1];
		good += !cgswap_replace_rollback(replace) && bpffs_program_at(PIN) == known[0] &&
			fixture_chain(&fixture).ids[1] == known[0];
	}
	stop = true;
	pthread_join(thread, NULL);
	is_int(good, 2 * SWAPS, "after each swap the pin has the new program");
	ok(opened > 0, "the pin was opened %lu times at the same time", opened);
	is_int(missing, 0, "the pin was never missing");
	is_int(strange, 0, "the pin was always one of the two programs");
	is_int(names(), 1, "no other pin is left");
	cgswap_replace_unref(replace);
}

static void foreign_pin(void)
{
	const char *pin = bpffs_pin(fixture.progs[0], "other");
	struct raw_chain before = fixture_chain(&fixture);
	enum cgswap_status status;
	cgswap_replace *replace;

	replace = with_pin(pin, &status);
	expect_refusal(status, CGSWAP_CAUSE_PIN_EXISTS, NULL, "the path is another program's pin");
	cgswap_replace_unref(replace);
	is_int(bpffs_program_at(pin), raw_prog_id(fixture.progs[0]), "that pin is not changed");
	raw_unpin(pin);

	replace = with_pin(BPFFS "/new", &status);
	expect_ok(status, "a step with a free path");
	ok(raw_pin_open(BPFFS "/new") < 0, "adding a step pins nothing");
	bpffs_pin(fixture.progs[0], "new");
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), PIN_EXISTS,
		     "another program was pinned there before the commit");
	fixture_untouched(&fixture, &before, "after both errors");
	raw_unpin(BPFFS "/new");
	expect_ok(cgswap_replace_commit(replace, NULL), "the path is free again");
	is_int(bpffs_program_at(BPFFS "/new"), raw_prog_id(fixture.spare), "the new program is pinned");
	expect_ok(cgswap_replace_rollback(replace), "it is rolled back");
	ok(raw_pin_open(BPFFS "/new") < 0, "the roll-back removes the pin");
	is_int(names(), 1, "no other pin is left");
	cgswap_replace_unref(replace);

	replace = with_pin("/proc/new", &status);
	expect_refusal(status, CGSWAP_CAUSE_PIN_FAILED, NULL, "a path outside of bpffs");
	cgswap_replace_unref(replace);
	replace = with_pin(BPFFS "/missing/new", &status);
	expect_refusal(status, CGSWAP_CAUSE_PIN_FAILED, NULL, "a missing directory");
	expect_message("its directory does not exist");
	has_str(cgswap_error_get_remedy(cgswap_last_error()), "mkdir '" BPFFS "/missing'", "the remedy");
	cgswap_replace_unref(replace);
}

int main(void)
{
	need_live();
	bpffs_private();
	scratch_bystander(EGRESS);
	fixture = fixture_new("pinned", 3);
	back_and_forth();
	foreign_pin();
	fixture_free(&fixture);
	return done_testing();
}
