/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Nothing can be pinned in a bpffs that is mounted read-only, or in a directory that this process may
 * not write to: the dry run says so too, and the remedy says what to change. A pin that may not be
 * opened is not taken for something else.
 */
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/fixture.h"
#include "../lib/privilege.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OTHER_USER = 1000 };

static struct fixture fixture;
static const char *dry_path;

static enum cgswap_status attach(const char *pin, bool dry_run)
{
	struct cgswap_attach_opts opts = { .sz = sizeof(opts), .pin = pin, .dry_run = dry_run };

	return cgswap_chain_attach(fixture.chain, fixture.program, &opts);
}

static enum cgswap_status replace(const char *pin, bool dry_run)
{
	struct cgswap_replace_opts opts = { .sz = sizeof(opts), .dry_run = dry_run };
	struct cgswap_step_opts step = { .sz = sizeof(step), .pin = pin };
	cgswap_replace *replace;
	enum cgswap_status status = cgswap_replace_new(&replace, fixture.session, &opts);

	if (!status)
		status = cgswap_replace_add(replace, fixture.chain, by_fd(fixture.progs[0]),
					    fixture.program, &step);
	if (!status)
		status = dry_run ? cgswap_replace_check(replace)
				 : cgswap_replace_commit(replace, NULL);
	cgswap_replace_unref(replace);
	return status;
}

static void refuses(const char *pin, const char *remedy)
{
	struct raw_chain before = fixture_chain(&fixture);

	for (int dry = 1; dry >= 0; dry--) {
		EXPECT_CAUSE(attach(pin, dry), PIN_FAILED, "attach%s", dry ? ", dry run" : "");
		has_str(cgswap_error_get_remedy(cgswap_last_error()), remedy, "the remedy helps");
		EXPECT_CAUSE(replace(pin, dry), PIN_FAILED, "replace%s", dry ? ", dry run" : "");
		has_str(cgswap_error_get_remedy(cgswap_last_error()), remedy, "the remedy helps");
	}
	fixture_untouched(&fixture, &before, "nothing is changed");
	ok(access(pin, F_OK) && errno == ENOENT, "and nothing is pinned");
}

static void refuse_directory(void)
{
	refuses(BPFFS "/theirs/new", "write and search permission");
}

static void refuse_pin(void)
{
	cgswap_program *program;

	EXPECT_CAUSE(cgswap_program_open(&program, fixture.session, BPFFS "/secret", NULL),
		     DENIED_BY_POLICY, "a pin of another user");
	expect_message("may not read and write it");
	EXPECT_CAUSE(attach(BPFFS "/secret", false), PIN_EXISTS, "its path");
	expect_message("an object that this process cannot open (EACCES)");
}

int main(void)
{
	const uint64_t dac = UINT64_C(1) << CAP_DAC_OVERRIDE |
			     UINT64_C(1) << CAP_DAC_READ_SEARCH | UINT64_C(1) << CAP_FOWNER;

	need_live();
	bpffs_private();
	fixture = fixture_new("unwritable", 1);
	if (mkdir(BPFFS "/theirs", 0755) || chown(BPFFS "/theirs", OTHER_USER, OTHER_USER))
		bail_out("no directory: %s", strerror(errno));
	bpffs_pin(fixture.spare, "secret");
	if (chown(BPFFS "/secret", OTHER_USER, OTHER_USER) || chmod(BPFFS "/secret", 0600))
		bail_out("the pin cannot be given away: %s", strerror(errno));
	without_capabilities(dac, refuse_directory);
	without_capabilities(dac, refuse_pin);

	if (mount("none", BPFFS, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL))
		bail_out("not read-only: %s", strerror(errno));
	dry_path = BPFFS "/new";
	refuses(dry_path, "remount,rw");
	fixture_free(&fixture);
	return done_testing();
}
