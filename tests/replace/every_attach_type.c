/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every hook that this kernel has, under both of its names: attach, find, replace, detach. The
 * numbers are the tests' own; a hook unknown to the library would be missing here.
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

static void swap_at(const struct type_info *hook)
{
	struct scratch cgroup = scratch_new(hook->short_name);
	int old_fd = prog_pass(hook->attach_type, "old");
	int new_fd = prog_pass(hook->attach_type, "new");
	cgswap_program *old = live_program(session, old_fd), *new = live_program(session, new_fd);
	cgswap_chain *chain = live_chain(session, cgroup.path, hook->short_name);

	is_str(cgswap_chain_get_attach_type(chain), hook->name, "%s is %s", hook->short_name,
	       hook->name);
	expect_ok(cgswap_chain_attach(chain, old, NULL), "%s: attach", hook->name);
	chain_is(cgroup.fd, hook->attach_type, &old_fd, 1, "on this hook, and no other");
	expect_ok(swap(session, chain, "name:old", new), "%s: replace", hook->name);
	chain_is(cgroup.fd, hook->attach_type, &new_fd, 1, "by the new one");
	expect_ok(cgswap_chain_detach(chain, "name:new", NULL), "%s: detach", hook->name);
	chain_is(cgroup.fd, hook->attach_type, NULL, 0, "empty again");

	cgswap_chain_unref(chain);
	cgswap_program_unref(old);
	cgswap_program_unref(new);
	raw_close(old_fd);
	raw_close(new_fd);
	scratch_remove(&cgroup);
	raw_close(cgroup.fd);
}

static void is_listed(const struct type_info *hook)
{
	for (size_t i = 0; i < cgswap_attach_type_get_count(); i++) {
		if (strcmp(cgswap_attach_type_get_name(i), hook->name))
			continue;
		is_str(cgswap_attach_type_get_short_name(i), hook->short_name, "%s is listed",
		       hook->name);
		return;
	}
	ok(false, "%s is listed", hook->name);
}

int main(void)
{
	size_t count = cgswap_attach_type_get_count();

	need_live();
	session = live_session();
	ok(count > type_info_count, "the library knows these %zu, and lsm_cgroup", type_info_count);
	is_str(cgswap_attach_type_get_name(count), "", "no name past the end");
	is_str(cgswap_attach_type_get_short_name(count), "", "no short name past the end");
	for (size_t i = 0; i < type_info_count; i++) {
		bool known = kernel_knows_attach_type(type_infos[i].attach_type), says = !known;

		is_listed(&type_infos[i]);
		expect_ok(cgswap_session_has_attach_type(session, type_infos[i].name, &says),
			  "is %s asked for", type_infos[i].name);
		is_int(says, known, "the session agrees with the kernel");
		if (known)
			swap_at(&type_infos[i]);
	}
	cgswap_session_unref(session);
	return done_testing();
}
