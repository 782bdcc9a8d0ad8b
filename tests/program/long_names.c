/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A name of more than 15 characters, which the kernel cuts, finds its program by the name in BTF;
 * without BTF the first 15 characters decide.
 */
#include "../lib/expect.h"
#include "../lib/attach_types.h"
#include "../lib/live.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/fixture.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <stdlib.h>

static cgswap_session *session;

static cgswap_program *open_program(const char *name)
{
	char *object = build_path("tests/bpf/program/long_names.bpf.o");
	char source[1024];
	cgswap_program *program;

	snprintf(source, sizeof(source), "obj:%s#%s", object, name);
	expect_ok(cgswap_program_open(&program, session, source, NULL), "%s is opened", name);
	is_str(cgswap_program_get_name(program), name, "it has its full name");
	free(object);
	return program;
}

static void finds(cgswap_chain *chain, const char *selector, size_t wanted)
{
	size_t position = 99;

	expect_ok(cgswap_chain_find(chain, selector, &position), "'%s' is found", selector);
	is_int(position, wanted, "it is entry %zu", wanted);
}

int main(void)
{
	cgswap_program *web, *mail;
	struct scratch cgroup;
	cgswap_chain *chain;
	size_t position;
	int no_btf;

	need_live();
	session = live_session();
	cgroup = scratch_new("names");
	chain = live_chain(session, cgroup.path, "egress");
	web = open_program("a_firewall_for_web");
	mail = open_program("a_firewall_for_mail");
	expect_ok(cgswap_chain_attach(chain, web, NULL), "the first is attached");
	expect_ok(cgswap_chain_attach(chain, mail, NULL), "the second is attached");

	finds(chain, "name:a_firewall_for_web", 0);
	finds(chain, "a_firewall_for_mail", 1);
	EXPECT_CAUSE(cgswap_chain_find(chain, "a_firewall_for_", &position), SELECTOR_AMBIGUOUS,
		     "the 15 characters that both names share");
	EXPECT_CAUSE(cgswap_chain_find(chain, "a_firewall_for_all", &position), NOT_ATTACHED,
		     "another long name");

	expect_ok(cgswap_chain_describe(chain, CGSWAP_DESCRIBE_PROGRAMS), "the chain is described");
	is_str(cgswap_entry_get_type(cgswap_chain_get_entry(chain, 0)), "cgroup_skb",
	       "the first entry has its type");

	/* without BTF there is only the cut name */
	no_btf = prog_pass(EGRESS, "a_long_name_without_btf");
	raw_attach(cgroup.fd, no_btf, EGRESS, RAW_MULTI);
	expect_ok(cgswap_chain_read(chain), "the chain is read again");
	finds(chain, "name:a_long_name_without_btf", 2);
	finds(chain, "name:a_long_name_wit", 2);

	cgswap_program_unref(web);
	cgswap_program_unref(mail);
	cgswap_chain_unref(chain);
	cgswap_session_unref(session);
	raw_close(no_btf);
	return done_testing();
}
