/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program whose section names no attach type is loaded for the requested one, and so is a program
 * that is named, if libbpf does not know its section. Other loaders' names of sections are known. A
 * section with an unknown attach type or a mismatched program type is an error that suggests similar
 * names. A
 * function without a section is not a program, and programs that are not loaded by default do not
 * make the choice ambiguous.
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

/* Opens a program of an object for an attach type; the caller releases it. */
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
	is_str(cgswap_program_get_name(opened), name, "the program is '%s'", name);
	is_str(cgswap_program_get_type(opened), type, "its type is '%s'", type);
	cgswap_program_unref(opened);
}

/* connect4 checks the expected attach type that the program was loaded with. */
static void attaches(void)
{
	struct scratch cgroup = scratch_new("sections");
	cgswap_program *program = NULL;
	cgswap_chain *chain = NULL;

	expect_ok(cgswap_chain_open(&chain, session, cgroup.path, "connect4"),
		  "the chain of connect4");
	expect_ok(open_for(&program, "object/sections", "", "connect4"),
		  "the only one of several without an attach type");
	is_str(cgswap_program_get_name(program), "silent", "its name is 'silent'");
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

/* The library knows the attach type by its name even if libbpf does not. */
static void young_sections(void)
{
	cgswap_program *program;

	is_for("object/young", "", "connect_unix", "young", "cgroup_sock_addr");
	EXPECT_CAUSE(open_for(&program, "object/young", "#young", "connect4"),
		     EXPECTED_ATTACH_TYPE_MISMATCH, "a program for another attach type");
}

/* The sections of other loaders; and any section, if the program is named: the verifier decides. */
static void sections_of_loaders(void)
{
	cgswap_object *object;

	is_for("object/near_sections", "", "device", "allow_device", "cgroup_device");
	is_for("object/near_sections", "", "sock_ops", "see_socket", "sock_ops");
	is_for("object/near_sections", "", "sock_create", "new_socket", "cgroup_sock");
	is_for("object/near_sections", "#of_its_loader", "connect4", "of_its_loader",
	       "cgroup_sock_addr");
	is_for("object/sections", "#mistyped", "connect4", "mistyped", "cgroup_sock_addr");
	is_for("object/mistyped", "#mistyped", "connect4", "mistyped", "cgroup_sock_addr");
	expect_ok(cgswap_object_open(&object, session, map_fixture_object("object/near_sections")),
		  "the object is inspected");
	is_str(cgswap_object_get_program_attach_type(object, 0), "cgroup_device",
	       "the attach type of cgroup/device");
	is_str(cgswap_object_get_program_type(object, 0), "cgroup_device", "and its type");
	is_str(cgswap_object_get_program_attach_type(object, 3), "", "cgroup/firewall has none");
	cgswap_object_unref(object);
}

static void wrong_sections(void)
{
	cgswap_program *program;

	EXPECT_CAUSE(open_for(&program, "object/sections", "#typed", "connect4"),
		     PROGRAM_TYPE_MISMATCH, "a section with another program type");
	expect_message("is a cgroup_skb program");
	EXPECT_CAUSE(open_for(&program, "object/sections", "#foreign", "egress"),
		     OBJECT_HAS_NO_PROGRAM, "a section of a program that is not for cgroups");
	expect_message("classifier/egress");
	EXPECT_CAUSE(open_for(&program, "object/mistyped", "", "connect4"), OBJECT_HAS_NO_PROGRAM,
		     "the only program has an unknown attach type");
	expect_message("cgroup_connect4'");
	is_str(cgswap_error_get_remedy(cgswap_last_error()),
	       "did you mean 'connect4' or 'connect6'? Or name the program (#mistyped) to load it for "
	       "connect4",
	       "the remedy has the similar name");
	EXPECT_CAUSE(open_for(&program, "object/near_sections", "", "connect4"),
		     OBJECT_HAS_NO_PROGRAM, "a section without a similar name");
	expect_message("cgroup/firewall'");
	has_str(cgswap_error_get_remedy(cgswap_last_error()), "name the program (#of_its_loader)",
		"the remedy is to name the program");
	EXPECT_CAUSE(open_for(&program, "object/near_sections", "#allow_device", "egress"),
		     PROGRAM_TYPE_MISMATCH, "a section that only other loaders know, for another type");
	expect_message("is a cgroup_device program");
	EXPECT_CAUSE(open_for(&program, "object/near_sections", "#new_socket", "post_bind4"),
		     EXPECTED_ATTACH_TYPE_MISMATCH, "one for another attach type");
	expect_message("is for sock_create, not for post_bind4");
	EXPECT_CAUSE(open_for(&program, "object/sections", "", "egress"), SOURCE_AMBIGUOUS,
		     "two programs without an attach type");
	expect_message("fit: typed (cgroup_skb), silent (my_firewall)");
}

static void without_a_section(void)
{
	cgswap_program *program;
	cgswap_object *object;

	EXPECT_CAUSE(open_for(&program, "object/helper", "", "egress"), OBJECT_HAS_NO_PROGRAM,
		     "a function without a section");
	expect_message("none of its functions has a SEC()");
	EXPECT_CAUSE(open_for(&program, "object/helper", "#helper", "egress"),
		     OBJECT_HAS_NO_PROGRAM, "the same function by name");
	EXPECT_CAUSE(cgswap_object_open(&object, session, map_fixture_object("object/helper")),
		     OBJECT_HAS_NO_PROGRAM, "an object with only that function is inspected");
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
	sections_of_loaders();
	wrong_sections();
	without_a_section();
	not_by_default();
	cgswap_session_unref(session);
	return done_testing();
}
