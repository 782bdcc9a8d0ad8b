/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The names that libbpf's sections, linux/bpf.h and other tools have for an attach type are names of
 * it. The error for a mistyped attach type suggests the similar names.
 */
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

static cgswap_session *session;
static struct scratch cgroup;

static enum cgswap_status open_chain(const char *attach_type)
{
	cgswap_chain *chain;
	enum cgswap_status status = cgswap_chain_open(&chain, session, cgroup.path, attach_type);

	cgswap_chain_unref(chain);
	return status;
}

static void is_near(const char *mistyped, const char *meant)
{
	EXPECT_CAUSE(open_chain(mistyped), ATTACH_TYPE_UNKNOWN, "'%s'", mistyped);
	expect_message(mistyped);
	has_str(cgswap_error_get_remedy(cgswap_last_error()), meant, "the remedy has %s", meant);
}

static void is_name_of(const char *other, const char *name)
{
	cgswap_chain *chain = NULL;

	expect_ok(cgswap_chain_open(&chain, session, cgroup.path, other), "'%s'", other);
	is_str(cgswap_chain_get_attach_type(chain), name, "it is %s", name);
	cgswap_chain_unref(chain);
}

int main(void)
{
	bool out = true;

	need_live();
	session = live_session();
	cgroup = scratch_new("names");
	is_name_of("cgroup_skb/egress", "cgroup_inet_egress");
	is_name_of("cgroup/connect4", "cgroup_inet4_connect");
	is_name_of("cgroup/dev", "cgroup_device");
	is_name_of("dev", "cgroup_device");
	is_name_of("sockops", "cgroup_sock_ops");
	is_name_of("cgroup/sock", "cgroup_inet_sock_create");
	is_name_of("BPF_CGROUP_UDP4_SENDMSG", "cgroup_udp4_sendmsg");
	is_near("cgroup/conect4", "connect4");
	is_near("egres", "egress");
	is_near("ingres", "ingress");
	is_near("conect4", "connect4");
	is_near("cgroup_inet_egres", "'egress'");
	is_near("cgroup_inet4_conect", "connect4");
	is_near("sock_op", "sock_ops");
	EXPECT_CAUSE(open_chain("xdp"), ATTACH_TYPE_UNKNOWN,
		     "an attach type that is not for cgroups");
	EXPECT_CAUSE(open_chain("1"), ATTACH_TYPE_UNKNOWN, "a number");
	EXPECT_CAUSE(open_chain("EGRESS"), ATTACH_TYPE_UNKNOWN, "capitals");
	EXPECT_CAUSE(open_chain(NULL), BAD_ARGUMENT, "NULL");
	EXPECT_CAUSE(cgswap_session_has_attach_type(session, "egres", &out), ATTACH_TYPE_UNKNOWN,
		     "a session is asked for a mistyped type");
	ok(!out, "the out parameter is false");
	cgswap_session_unref(session);
	return done_testing();
}
