/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A unit test on the model: the function under test, upgrade(), swaps a program in several cgroups or
 * in none. It needs no privilege and touches nothing on this machine. It prints TAP.
 */
#include <cgswap.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* The function under test: swaps old for the source new in all cgroups, a list that ends with NULL. */
static enum cgswap_status upgrade(cgswap_session *session, const char *const *cgroups, const char *old,
				  const char *new)
{
	cgswap_replace *replace;
	cgswap_chain *chain;
	enum cgswap_status status = cgswap_replace_new(&replace, session, NULL);

	for (; *cgroups && !status; cgroups++) {
		status = cgswap_chain_open(&chain, session, *cgroups, "egress");
		if (!status)
			status = cgswap_replace_add_source(replace, chain, old, new, NULL);
		cgswap_chain_unref(chain);
	}
	if (!status)
		status = cgswap_replace_commit(replace, NULL);
	cgswap_replace_unref(replace);
	return status;
}

/* ---- its test -------------------------------------------------------------------------------- */

static const char world[] =
	"# firewall2 is loaded, pinned at /sys/fs/bpf/firewall2, and not attached\n"
	"program firewall2 egress\n"
	"attach web.slice egress firewall\n"
	"attach web.slice egress counter preorder\n"
	"attach db.slice egress counter\n"
	"attach db.slice egress firewall link\n"
	"cgroup idle.slice\n";

static const char NEW[] = "pin:/sys/fs/bpf/firewall2";

static unsigned checks, failures;

static void check(bool good, const char *name)
{
	printf("%sok %u - %s\n", good ? "" : "not ", ++checks, name);
	failures += !good;
}

static cgswap_session *open_world(void)
{
	const struct cgswap_session_opts opts = {
		.sz = sizeof(opts),
		.kernel = "model",
		.world = world,
	};
	cgswap_session *session;

	if (cgswap_session_open(&session, &opts))
		printf("# %s\n", cgswap_error_get_message(cgswap_last_error()));
	return session;
}

/* True if the entry at a position has this name. */
static bool has(cgswap_session *session, const char *cgroup, size_t position, const char *name)
{
	cgswap_chain *chain;
	const cgswap_entry *entry;
	bool good = false;

	if (!cgswap_chain_open(&chain, session, cgroup, "egress") &&
	    !cgswap_chain_describe(chain, CGSWAP_DESCRIBE_PROGRAMS)) {
		entry = cgswap_chain_get_entry(chain, position);
		good = strcmp(cgswap_entry_get_name(entry), name) == 0;
	}
	cgswap_chain_unref(chain);
	return good;
}

int main(void)
{
	static const char *const both[] = { "web.slice", "db.slice", NULL };
	static const char *const three[] = { "web.slice", "db.slice", "idle.slice", NULL };
	cgswap_session *session = open_world();

	check(upgrade(session, three, "name:firewall", NEW) != CGSWAP_OK &&
		      cgswap_error_get_cause(cgswap_last_error()) == CGSWAP_CAUSE_CHAIN_EMPTY,
	      "a cgroup without the program is an error");
	check(has(session, "web.slice", 0, "firewall") && has(session, "db.slice", 1, "firewall"),
	      "nothing was changed");
	check(upgrade(session, both, "name:firewall", NEW) == CGSWAP_OK, "both cgroups have it");
	check(has(session, "web.slice", 0, "firewall2") && has(session, "web.slice", 1, "counter"),
	      "the new program is at the position of the old one");
	check(has(session, "db.slice", 1, "firewall2"), "also where a link holds it");
	cgswap_session_unref(session);
	printf("1..%u\n", checks);
	return failures ? 1 : 0;
}
