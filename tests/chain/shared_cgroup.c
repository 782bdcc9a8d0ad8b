/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Chains of one path share the open cgroup while one of them exists. If the cgroup was removed and
 * another one made at its path, a new chain is that of the new one.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"


static cgswap_session *session;

static cgswap_chain *open_chain(const char *path, const char *attach_type)
{
	cgswap_chain *chain;

	expect_ok(cgswap_chain_open(&chain, session, path, attach_type), "open %s", attach_type);
	return chain;
}

static void check_shared(const struct scratch *cgroup)
{
	cgswap_chain *egress = open_chain(cgroup->path, "egress");
	cgswap_chain *device = open_chain(cgroup->path, "device");
	uint64_t id = cgswap_chain_get_cgroup_id(egress);

	ok(id && cgswap_chain_get_cgroup_id(device) == id, "both are chains of the same cgroup");
	cgswap_chain_unref(egress);
	expect_ok(cgswap_chain_read(device), "the other one can be read");
	egress = open_chain(cgroup->path, "egress");
	ok(cgswap_chain_get_cgroup_id(egress) == id, "the other one keeps it open");
	is_int(cgswap_chain_get_length(egress), 1, "the chain is read");
	cgswap_chain_unref(egress);
	cgswap_chain_unref(device);
}

static void check_remade(struct scratch *cgroup, const struct scratch *parent)
{
	cgswap_chain *old = open_chain(cgroup->path, "egress"), *new;
	uint64_t id = cgswap_chain_get_cgroup_id(old);

	scratch_remove(cgroup);
	raw_close(cgroup->fd);
	*cgroup = scratch_child(parent, "shared");
	new = open_chain(cgroup->path, "egress");
	ok(cgswap_chain_get_cgroup_id(new) && cgswap_chain_get_cgroup_id(new) != id,
	   "a new cgroup at the same path is opened");
	is_int(cgswap_chain_get_length(new), 0, "its chain is empty");
	EXPECT_CAUSE(cgswap_chain_read(old), CGROUP_GONE, "'%s'", cgroup->path);
	cgswap_chain_unref(new);
	cgswap_chain_unref(old);
}

int main(void)
{
	struct scratch parent, cgroup;

	need_live();
	session = live_session();
	parent = scratch_new("chains");
	cgroup = scratch_child(&parent, "shared");
	raw_attach(cgroup.fd, prog_pass(EGRESS, "one"), EGRESS, RAW_MULTI);
	check_shared(&cgroup);
	check_remade(&cgroup, &parent);
	scratch_remove(&cgroup);
	scratch_remove(&parent);
	raw_close(cgroup.fd);
	raw_close(parent.fd);
	cgswap_session_unref(session);
	return done_testing();
}
