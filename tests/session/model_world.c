/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A session on the model has the cgroups, programs, pins and links that a text asks for, and no others.
 * A line that is wrong, or that a kernel would refuse, is refused with its number, its text and the cause.
 */
#include "../lib/expect.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>

static const char small[] =
	"# a firewall before a counter\n"
	"\n"
	"program fw2 egress tag=00112233445566ff maps=blocked,packets\n"
	"program a_name_longer_than_a_kernel_name egress pin=/sys/fs/bpf/long\n"
	"  attach web.slice egress fw\t\n"
	"attach web.slice egress count preorder\r\n"
	"attach web.slice egress fw2 link=fw2_link\n"
	"attach web.slice egress held link\n"
	"attach user.slice connect4 redirect mode=override\n"
	"attach box/inner device devices mode=none\n"
	"attach /sys/fs/cgroup cgroup_inet_ingress fw\n"
	"cgroup with\\040blank/below";

static enum cgswap_status open_world(cgswap_session **out, const char *world)
{
	const struct cgswap_session_opts opts = {
		.sz = sizeof(opts),
		.kernel = "model",
		.world = world,
	};

	return cgswap_session_open(out, &opts);
}

static int add_path(const char *path, void *user)
{
	strcat(strcat(user, path + strlen("/sys/fs/cgroup")), " ");
	return 0;
}

/* Writes the chain as "id name+ id:link": a plus for preorder. */
static const char *chain_text(cgswap_session *session, const char *cgroup, const char *type)
{
	static char text[512];
	cgswap_chain *chain;
	size_t used = 0;

	text[0] = '\0';
	if (cgswap_chain_open(&chain, session, cgroup, type) ||
	    cgswap_chain_describe(chain, CGSWAP_DESCRIBE_PROGRAMS | CGSWAP_DESCRIBE_LINKS |
						 CGSWAP_DESCRIBE_PREORDER))
		return cgswap_error_get_message(cgswap_last_error());
	for (size_t i = 0; i < cgswap_chain_get_length(chain); i++) {
		const cgswap_entry *entry = cgswap_chain_get_entry(chain, i);
		enum cgswap_preorder preorder = cgswap_entry_get_preorder(entry);

		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%u %s%s%s",
					 i ? ", " : "", cgswap_entry_get_id(entry),
					 cgswap_entry_get_name(entry), preorder == CGSWAP_PREORDER_YES ? "+" : "",
					 cgswap_entry_get_link_id(entry) ? " by link" : "");
	}
	cgswap_chain_unref(chain);
	return text;
}

static bool opens(cgswap_session *session, const char *source, const char *name)
{
	cgswap_program *program;
	bool same = !cgswap_program_open(&program, session, source, NULL) &&
		    strcmp(cgswap_program_get_name(program), name) == 0;

	cgswap_program_unref(program);
	return same;
}

static void tells(const char *world, enum cgswap_cause cause, const char *message)
{
	cgswap_session *session;

	expect_refusal(open_world(&session, world), cause, NULL, "%s", message);
	expect_message(message);
}

static void has_what_it_says(void)
{
	cgswap_session *session;
	cgswap_program *program;
	char paths[512] = "";

	expect_ok(open_world(&session, small), "a world");
	is_str(chain_text(session, "web.slice", "egress"),
		  "3 fw, 4 count+, 1 fw2 by link, 5 held by link", "a chain with links and preorder");
	is_str(chain_text(session, "user.slice", "connect4"), "6 redirect", "override mode");
	is_str(chain_text(session, "box/inner", "device"), "7 devices", "none mode");
	is_str(chain_text(session, "/sys/fs/cgroup", "ingress"), "8 fw",
		  "a name of two attach types is two programs");
	expect_ok(cgswap_session_walk(session, NULL, add_path, paths), "all cgroups");
	ok(strstr(paths, "/with blank/below ") && !strstr(paths, "system.slice"),
	   "a cgroup with a blank in its name, and none of the example tree");
	ok(opens(session, "pin:/sys/fs/bpf/fw2", "fw2") &&
		   opens(session, "pin:/sys/fs/bpf/long", "a_name_longer_than_a_kernel_name"),
	   "programs are pinned");
	expect_ok(cgswap_program_open(&program, session, "pin:/sys/fs/bpf/fw2", NULL), "fw2");
	is_str(cgswap_program_get_tag(program), "00112233445566ff", "it has its tag");
	is_int(cgswap_program_get_map_count(program), 2, "it has its maps");
	cgswap_program_unref(program);
	cgswap_session_unref(session);

	expect_ok(open_world(&session, ""), "an empty world");
	paths[0] = '\0';
	cgswap_session_walk(session, NULL, add_path, paths);
	is_str(paths, " ", "has only the mount");
	cgswap_session_unref(session);
}

static void can_lack_privilege(void)
{
	cgswap_session *session;
	cgswap_chain *chain;

	expect_ok(open_world(&session, "missing cap_net_admin cap_sys_admin\nattach a egress fw"),
		  "a caller without capabilities");
	expect_ok(cgswap_chain_open(&chain, session, "a", "egress"), "a chain that was not read");
	EXPECT_CAUSE(cgswap_chain_read(chain), MISSING_CAP_NET_ADMIN, "the chain cannot be read");
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
}

static void refuses_wrong_lines(void)
{
	char many[65 * 32] = "";

	tells("cgroup a\nchain a egress", CGSWAP_CAUSE_BAD_ARGUMENT,
	      "world: line 2, 'chain a egress': unknown word 'chain'; expected cgroup, program, attach "
	      "or missing");
	tells("attach a egress", CGSWAP_CAUSE_BAD_ARGUMENT, "too few words; expected attach CGROUP");
	tells("attach a egress fw fast", CGSWAP_CAUSE_BAD_ARGUMENT, "unknown word 'fast'");
	tells("attach a egress fw mode=single", CGSWAP_CAUSE_BAD_ARGUMENT, "unknown word 'single'");
	tells("attach a egress fw link=", CGSWAP_CAUSE_BAD_ARGUMENT, "unknown word 'link='");
	tells("attach a egress fw link mode=multi", CGSWAP_CAUSE_MODE_FLAGS_CONFLICT, "takes no mode");
	tells("cgroup a b", CGSWAP_CAUSE_BAD_ARGUMENT, "unknown word 'b'");
	tells("program fw egress\nprogram fw egress", CGSWAP_CAUSE_BAD_ARGUMENT,
	      "world: line 2, 'program fw egress': an earlier line has 'fw' already");
	tells("program fw egress tag=12", CGSWAP_CAUSE_BAD_ARGUMENT, "'12' is not a tag");
	tells("program fw-2 egress", CGSWAP_CAUSE_BAD_ARGUMENT, "'fw-2' cannot be the name");
	tells("program fw egress pin=/tmp/fw", CGSWAP_CAUSE_PIN_FAILED, "'/tmp/fw' is not a path");
	tells("program a egress pin=x\nprogram b egress pin=x", CGSWAP_CAUSE_PIN_EXISTS,
	      "'/sys/fs/bpf/x' exists already");
	tells("missing cap_chown", CGSWAP_CAUSE_BAD_ARGUMENT, "unknown word 'cap_chown'");
	tells("a a a a a a a a a a a a a a a a a", CGSWAP_CAUSE_BAD_ARGUMENT, "too many words");
	tells("attach a egres fw", CGSWAP_CAUSE_ATTACH_TYPE_UNKNOWN, "unknown attach type 'egres'");
	ok(strstr(cgswap_error_get_remedy(cgswap_last_error()), "'egress'"), "the remedy is similar");
	tells("cgroup /tmp/a", CGSWAP_CAUSE_NOT_A_CGROUP, "'/tmp/a' is not below '/sys/fs/cgroup'");
	tells("cgroup ../a", CGSWAP_CAUSE_NOT_A_CGROUP, "'/sys/fs/cgroup/../a' cannot be a cgroup");
	tells("cgroup cgroup.procs/a", CGSWAP_CAUSE_NOT_A_CGROUP, "cannot be a cgroup");
	/* a kernel would refuse these */
	tells("attach a egress fw\nattach a egress fw", CGSWAP_CAUSE_ALREADY_ATTACHED,
	      "'fw' cannot be attached to egress of 'a'");
	tells("attach a egress fw\nattach a egress b mode=none", CGSWAP_CAUSE_OWN_MODE_CONFLICT,
	      "'b' cannot be attached");
	tells("attach a egress fw mode=none\nattach a/b egress c", CGSWAP_CAUSE_ANCESTOR_EXCLUSIVE,
	      "'c' cannot be attached to egress of 'a/b'");
	for (int i = 0; i <= 64; i++)
		sprintf(many + strlen(many), "attach a egress p%d\n", i);
	tells(many, CGSWAP_CAUSE_CHAIN_FULL, "world: line 65, 'attach a egress p64': 'p64'");
}

int main(void)
{
	const struct cgswap_session_opts live = { .sz = sizeof(live), .world = "cgroup a" };
	const struct cgswap_session_opts older = {
		.sz = sizeof(older),
		.kernel = "model",
		.disable_features = "preorder",
		.world = "attach a egress fw preorder",
	};
	cgswap_session *session;

	has_what_it_says();
	can_lack_privilege();
	refuses_wrong_lines();
	EXPECT_CAUSE(cgswap_session_open(&session, &live), BAD_ARGUMENT, "a world of the live kernel");
	expect_message("'world' is given, but the kernel is 'live'");
	EXPECT_CAUSE(cgswap_session_open(&session, &older), KERNEL_LACKS_FEATURE,
		     "preorder on a kernel without it");
	return done_testing();
}
