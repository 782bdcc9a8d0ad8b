/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * After all handles are closed, the process has as many descriptors as before and the kernel has
 * freed the programs. (EXPECT_CAUSE checks in every test that an error leaks no descriptor.)
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { TRIES = 1000 };

static struct scratch cgroup;

/* The kernel frees a program a little after its last reference is dropped. */
static bool is_freed(uint32_t id)
{
	for (int i = 0; i < TRIES; i++) {
		int fd = raw_prog_open(id);

		if (fd < 0)
			return errno == ENOENT;
		raw_close(fd);
		usleep(1000);
	}
	return false;
}

static bool exists(uint32_t id)
{
	int fd = raw_prog_open(id);

	if (fd >= 0)
		raw_close(fd);
	return fd >= 0;
}

/* Makes all handles, and all calls that keep something open, once. */
static void use_everything(uint32_t *old_id, uint32_t *new_id)
{
	char *object = build_path("tests/bpf/object/one_program.bpf.o");
	cgswap_session *session = live_session();
	cgswap_chain *chain = live_chain(session, cgroup.path, "egress");
	cgswap_program *old;
	cgswap_replace *replace;
	bool has;

	expect_ok(cgswap_program_open(&old, session, object, NULL), "a program is loaded");
	expect_ok(cgswap_chain_attach(chain, old, NULL), "it is attached");
	expect_ok(cgswap_chain_describe(chain, CGSWAP_DESCRIBE_ALL), "the chain is described");
	expect_ok(cgswap_chain_read_effective(chain), "the effective programs are read");
	expect_ok(cgswap_session_has(session, CGSWAP_FEATURE_PREORDER, &has),
		  "a feature is queried");
	expect_ok(cgswap_replace_new(&replace, session, NULL), "a transaction");
	expect_ok(cgswap_replace_add_source(replace, chain, "name:count_all", object, NULL),
		  "a step with a second copy");
	*old_id = cgswap_step_get_old_id(cgswap_replace_get_step(replace, 0));
	*new_id = cgswap_step_get_new_id(cgswap_replace_get_step(replace, 0));
	is_int(cgswap_step_get_map_count(cgswap_replace_get_step(replace, 0)), 1,
	       "the copy has one map");
	is_str(cgswap_step_get_map_name(cgswap_replace_get_step(replace, 0), 0), "counters",
	       "the map has its name");
	ok(cgswap_step_get_map_kept(cgswap_replace_get_step(replace, 0), 0), "the map is reused");
	expect_ok(cgswap_replace_commit(replace, NULL), "it is committed");
	expect_ok(cgswap_replace_rollback(replace), "it is rolled back");
	expect_ok(cgswap_replace_commit(replace, NULL), "it is committed again");
	cgswap_replace_unref(replace);
	cgswap_program_unref(old);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
	free(object);
}

int main(void)
{
	struct descriptors before;
	uint32_t old_id = 0, new_id = 0;
	int fd;

	need_live();
	cgroup = scratch_new("leaks");
	before = descriptors_now();
	use_everything(&old_id, &new_id);
	ok(descriptors_same(&before), "no descriptor is left open");
	ok(is_freed(old_id), "the old program is freed");
	ok(exists(new_id), "the new program exists, as it is attached");
	is_int(chain_now(cgroup.fd, EGRESS).ids[0], new_id, "the new program is in the chain");

	fd = raw_prog_open(new_id);
	raw_detach(cgroup.fd, fd, EGRESS);
	raw_close(fd);
	ok(is_freed(new_id), "after the detach the new program is freed");

	/* a failed step releases the program that it loaded */
	{
		struct fixture fixture = fixture_new("refused", 1);
		char *object = build_path("tests/bpf/object/one_program.bpf.o");
		cgswap_replace *replace;

		cgswap_replace_new(&replace, fixture.session, NULL);
		EXPECT_CAUSE(cgswap_replace_add_source(replace, fixture.chain, "name:missing",
						       object, NULL),
			     NOT_ATTACHED, "a step for a program that is not attached");
		EXPECT_CAUSE(cgswap_replace_add_source(replace, fixture.chain, "pos:0",
						       "/nowhere.o", NULL),
			     OBJECT_NOT_FOUND, "a step with a missing object file");
		is_int(cgswap_replace_get_length(replace), 0, "no step was added");
		cgswap_replace_unref(replace);
		free(object);
		fixture_free(&fixture);
	}
	return done_testing();
}
