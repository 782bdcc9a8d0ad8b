/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A swap takes the pin of the old program along: whoever opens the path meanwhile, over and over,
 * finds the old program or the new one, and never nothing. A roll-back takes it back. The pin of
 * something else is left alone, and then nothing is swapped.
 */
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
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

static uint32_t program_at(const char *path)
{
	int fd = raw_pin_open(path);
	uint32_t id = fd < 0 ? 0 : raw_prog_id(fd);

	if (fd >= 0)
		raw_close(fd);
	return id;
}

static void *open_all_the_time(void *unused)
{
	(void)unused;
	while (!stop) {
		uint32_t id = program_at(PIN);

		opened++;
		missing += !id;
		strange += id && id != known[0] && id != known[1];
	}
	return NULL;
}

/* Names in the bpffs, besides those of the kernel; a pin put aside must not stay. */
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
	expect_ok(status, "a step");
	is_int(program_at(PIN), known[0], "the pin is the old one's until the commit");
	is_int(names(), 1, "and there is no other");
	if (pthread_create(&thread, NULL, open_all_the_time, NULL))
		bail_out("no thread");
	/* on a busy machine it may come late */
	while (!opened)
		sched_yield();
	for (int i = 0; i < SWAPS; i++) {
		good += !cgswap_replace_commit(replace, NULL) && program_at(PIN) == known[1] &&
			fixture_chain(&fixture).ids[1] == known[1];
		good += !cgswap_replace_rollback(replace) && program_at(PIN) == known[0] &&
			fixture_chain(&fixture).ids[1] == known[0];
	}
	stop = true;
	pthread_join(thread, NULL);
	is_int(good, 2 * SWAPS, "each swap takes the pin along");
	ok(opened > 0, "it was opened %lu times meanwhile", opened);
	is_int(missing, 0, "and was always there");
	is_int(strange, 0, "and always one of the two");
	is_int(names(), 1, "nothing else stays behind");
	cgswap_replace_unref(replace);
}

static void somebody_elses(void)
{
	const char *pin = bpffs_pin(fixture.progs[0], "other");
	struct raw_chain before = fixture_chain(&fixture);
	enum cgswap_status status;
	cgswap_replace *replace;

	replace = with_pin(pin, &status);
	expect_refusal(status, CGSWAP_CAUSE_PIN_EXISTS, NULL, "it is another program's");
	cgswap_replace_unref(replace);
	is_int(program_at(pin), raw_prog_id(fixture.progs[0]), "and stays");
	raw_unpin(pin);

	replace = with_pin(BPFFS "/new", &status);
	expect_ok(status, "where nothing is pinned");
	ok(raw_pin_open(BPFFS "/new") < 0, "nothing is pinned by adding a step");
	bpffs_pin(fixture.progs[0], "new");
	EXPECT_CAUSE(cgswap_replace_commit(replace, NULL), PIN_EXISTS, "somebody came first");
	fixture_untouched(&fixture, &before, "after both");
	raw_unpin(BPFFS "/new");
	expect_ok(cgswap_replace_commit(replace, NULL), "it is free again");
	is_int(program_at(BPFFS "/new"), raw_prog_id(fixture.spare), "the new program is pinned");
	expect_ok(cgswap_replace_rollback(replace), "roll-back");
	ok(raw_pin_open(BPFFS "/new") < 0, "takes the pin off");
	is_int(names(), 1, "nothing else stays behind");
	cgswap_replace_unref(replace);

	replace = with_pin("/proc/new", &status);
	expect_refusal(status, CGSWAP_CAUSE_PIN_FAILED, NULL, "no bpffs");
	cgswap_replace_unref(replace);
}

int main(void)
{
	need_live();
	bpffs_private();
	scratch_bystander(EGRESS);
	fixture = fixture_new("pinned", 3);
	back_and_forth();
	somebody_elses();
	fixture_free(&fixture);
	return done_testing();
}
