/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attach, find, replace and detach work at every attach type of this kernel, under both of its
 * names. The table of attach types is the tests' own, so that one unknown to the library is
 * noticed.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <string.h>

static cgswap_session *session;

static void swap_at(const struct type_info *type)
{
	struct scratch cgroup = scratch_new(type->short_name);
	int old_fd = prog_pass(type->attach_type, "old");
	int new_fd = prog_pass(type->attach_type, "new");
	cgswap_program *old = live_program(session, old_fd), *new = live_program(session, new_fd);
	cgswap_chain *chain = live_chain(session, cgroup.path, type->short_name);

	is_str(cgswap_chain_get_attach_type(chain), type->name, "%s is %s", type->short_name,
	       type->name);
	expect_ok(cgswap_chain_attach(chain, old, NULL), "%s: attach", type->name);
	chain_is(cgroup.fd, type->attach_type, &old_fd, 1, "the program is attached");
	expect_ok(swap(session, chain, "name:old", new), "%s: replace", type->name);
	chain_is(cgroup.fd, type->attach_type, &new_fd, 1, "the new program is attached");
	expect_ok(cgswap_chain_detach(chain, "name:new", NULL), "%s: detach", type->name);
	chain_is(cgroup.fd, type->attach_type, NULL, 0, "the chain is empty");

	cgswap_chain_unref(chain);
	cgswap_program_unref(old);
	cgswap_program_unref(new);
	raw_close(old_fd);
	raw_close(new_fd);
	scratch_remove(&cgroup);
	raw_close(cgroup.fd);
}

static void is_listed(const struct type_info *type)
{
	for (size_t i = 0; i < cgswap_attach_type_get_count(); i++) {
		if (strcmp(cgswap_attach_type_get_name(i), type->name))
			continue;
		is_str(cgswap_attach_type_get_short_name(i), type->short_name, "%s is listed",
		       type->name);
		return;
	}
	ok(false, "%s is listed", type->name);
}

int main(void)
{
	size_t count = cgswap_attach_type_get_count();

	need_live();
	session = live_session();
	ok(count > type_info_count, "the library knows these %zu, and lsm_cgroup", type_info_count);
	is_str(cgswap_attach_type_get_name(count), "", "a type past the end has no name");
	is_str(cgswap_attach_type_get_short_name(count), "",
	       "a type past the end has no short name");
	for (size_t i = 0; i < type_info_count; i++) {
		bool known = kernel_knows_attach_type(type_infos[i].attach_type), says = !known;

		is_listed(&type_infos[i]);
		expect_ok(cgswap_session_has_attach_type(session, type_infos[i].name, &says),
			  "the session is asked for %s", type_infos[i].name);
		is_int(says, known, "%s: the session agrees with the kernel", type_infos[i].name);
		if (known)
			swap_at(&type_infos[i]);
	}
	cgswap_session_unref(session);
	return done_testing();
}
