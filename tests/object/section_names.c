/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program whose section says nothing of a hook is loaded for the hook asked for. One whose
 * section says a hook that there is not, or a type that the hook does not take, is refused, with
 * the hooks that may have been meant; a function without a section is no program; and what its
 * author does not have loaded by default stands in nobody's way.
 */
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/rawfd.h"
#include "../lib/scratch.h"
#include "../lib/fixture_maps.h"
#include "../lib/tap.h"

#include <stdio.h>

enum { UNIX_CONNECT = 49 };

static cgswap_session *session;

/* Opens a program of an object for a hook; what came out is the caller's. */
static enum cgswap_status open_for(cgswap_program **out, const char *object, const char *program,
				   const char *attach_type)
{
	const struct cgswap_program_opts opts = { .sz = sizeof(opts), .attach_type = attach_type };
	char source[1100];

	snprintf(source, sizeof(source), "obj:%s%s", map_fixture_object(object), program);
	return cgswap_program_open(out, session, source, &opts);
}

static void is_for(const char *object, const char *program, const char *attach_type,
		   const char *name, const char *type)
{
	cgswap_program *opened = NULL;

	expect_ok(open_for(&opened, object, program, attach_type), "%s%s is for %s", object,
		  program, attach_type);
	is_str(cgswap_program_get_name(opened), name, "its name");
	is_str(cgswap_program_get_type(opened), type, "its type");
	cgswap_program_unref(opened);
}

/* What the kernel holds a program to that it runs for connect4. */
static void attaches(void)
{
	struct scratch cgroup = scratch_new("sections");
	cgswap_program *program = NULL;
	cgswap_chain *chain = NULL;

	expect_ok(cgswap_chain_open(&chain, session, cgroup.path, "connect4"), "a chain");
	expect_ok(open_for(&program, "object/sections", "", "connect4"),
		  "of several, the one whose section leaves it open");
	is_str(cgswap_program_get_name(program), "silent", "its name");
	expect_ok(cgswap_chain_attach(chain, program, NULL), "it is attached");
	expect_ok(cgswap_chain_detach(chain, "name:silent", NULL), "and detached");
	cgswap_program_unref(program);
	cgswap_chain_unref(chain);
	raw_close(cgroup.fd);
}

static void open_sections(void)
{
	is_for("object/sections", "#silent", "egress", "silent", "cgroup_skb");
	is_for("object/sections", "#silent", "sock_ops", "silent", "sock_ops");
	is_for("object/sections", "#typed", "egress", "typed", "cgroup_skb");
	is_for("object/sections", "#typed", "ingress", "typed", "cgroup_skb");
	is_for("object/open_attach_type", "", "ingress", "either", "cgroup_skb");
	attaches();
}

/* The hook is known by its name where libbpf does not know it. */
static void young_sections(void)
{
	cgswap_program *program;

	is_for("object/young", "", "connect_unix", "young", "cgroup_sock_addr");
	EXPECT_CAUSE(open_for(&program, "object/young", "#young", "connect4"),
		     EXPECTED_ATTACH_TYPE_MISMATCH, "for another attach type");
}

static void wrong_sections(void)
{
	cgswap_program *program;

	EXPECT_CAUSE(open_for(&program, "object/sections", "#typed", "connect4"), PROGRAM_TYPE_MISMATCH,
		     "a section that says another type");
	expect_message("is a cgroup_skb program");
	EXPECT_CAUSE(open_for(&program, "object/sections", "#mistyped", "connect4"), OBJECT_HAS_NO_PROGRAM,
		     "a section that says no hook");
	expect_message("cgroup/connect'; near names: connect4, connect6");
	EXPECT_CAUSE(open_for(&program, "object/sections", "#foreign", "egress"), OBJECT_HAS_NO_PROGRAM,
		     "a section of another family");
	expect_message("classifier/egress");
	EXPECT_CAUSE(open_for(&program, "object/mistyped", "", "connect4"), OBJECT_HAS_NO_PROGRAM,
		     "the only one, which says no hook");
	expect_message("cgroup_connect4'; near names: connect4");
	EXPECT_CAUSE(open_for(&program, "object/sections", "", "egress"), SOURCE_AMBIGUOUS,
		     "two that leave it open");
	expect_message("fit: typed (cgroup_skb), silent (my_firewall)");
}

static void without_a_section(void)
{
	cgswap_program *program;
	cgswap_object *object;

	EXPECT_CAUSE(open_for(&program, "object/helper", "", "egress"), OBJECT_HAS_NO_PROGRAM,
		     "a function is no program");
	expect_message("'helper' has no SEC()");
	EXPECT_CAUSE(open_for(&program, "object/helper", "#helper", "egress"), OBJECT_HAS_NO_PROGRAM,
		     "nor by its name");
	EXPECT_CAUSE(cgswap_object_open(&object, session, map_fixture_object("object/helper")),
		     OBJECT_HAS_NO_PROGRAM, "nor to who inspects it");
}

static void not_by_default(void)
{
	is_for("object/optional", "", "egress", "meant", "cgroup_skb");
	is_for("object/optional", "#debugging", "egress", "debugging", "cgroup_skb");
	is_for("object/optional", "", "ingress", "incoming", "cgroup_skb");
}

int main(void)
{
	need_live();
	session = live_session();
	open_sections();
	if (kernel_knows_attach_type(UNIX_CONNECT))
		young_sections();
	wrong_sections();
	without_a_section();
	not_by_default();
	cgswap_session_unref(session);
	return done_testing();
}
