/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The demo without privilege: on the model, one thread swaps the firewall of web.slice for its next
 * version and back, by three methods, while another thread reads the effective programs again and again.
 * The model has no packets; a packet would have run the programs that were read.
 */
#include <cgswap.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum { ENTRIES = 3, LOOKS = 20000, SWAPS = 1000 };

static const char CGROUP[] = "web.slice", ATTACH_TYPE[] = "egress";

struct demo {
	cgswap_session *session;
	cgswap_chain *chain;        /* used by the swapping thread */
	cgswap_chain *seen;         /* used by the reading thread */
	cgswap_program *versions[2];
	atomic_ulong neither, both;
	atomic_ulong looks;
	atomic_bool done;
};

static void fail(const char *what)
{
	const cgswap_error *error = cgswap_last_error();

	fprintf(stderr, "swap_on_the_model: %s: %s; %s\n", what, cgswap_error_get_message(error),
		cgswap_error_get_remedy(error));
	exit(1);
}

static void must(enum cgswap_status status, const char *what)
{
	if (status)
		fail(what);
}

static void *look(void *user)
{
	struct demo *demo = user;

	while (!atomic_load(&demo->done)) {
		unsigned versions = 0;

		must(cgswap_chain_read_effective(demo->seen), "look");
		for (size_t i = 0; i < cgswap_chain_get_effective_length(demo->seen); i++)
			for (int v = 0; v < 2; v++)
				versions += cgswap_chain_get_effective_id(demo->seen, i) ==
					    cgswap_program_get_id(demo->versions[v]);
		demo->neither += versions == 0;
		demo->both += versions == 2;
		atomic_fetch_add(&demo->looks, 1);
	}
	return NULL;
}

static const char *by_id(char *text, size_t size, cgswap_program *program)
{
	snprintf(text, size, "id:%u", cgswap_program_get_id(program));
	return text;
}

static void replace(struct demo *demo, cgswap_program *old, cgswap_program *new)
{
	cgswap_replace *transaction;
	char selector[32];

	must(cgswap_replace_new(&transaction, demo->session, NULL), "replace");
	must(cgswap_replace_add(transaction, demo->chain, by_id(selector, sizeof(selector), old), new,
				NULL),
	     "add");
	must(cgswap_replace_commit(transaction, NULL), "commit");
	cgswap_replace_unref(transaction);
}

static void detach_then_attach(struct demo *demo, cgswap_program *old, cgswap_program *new)
{
	char selector[32];

	must(cgswap_chain_detach(demo->chain, by_id(selector, sizeof(selector), old), NULL), "detach");
	must(cgswap_chain_attach(demo->chain, new, NULL), "attach");
}

static void attach_then_detach(struct demo *demo, cgswap_program *old, cgswap_program *new)
{
	char selector[32];

	must(cgswap_chain_attach(demo->chain, new, NULL), "attach");
	must(cgswap_chain_detach(demo->chain, by_id(selector, sizeof(selector), old), NULL), "detach");
}

static const struct method {
	const char *name;
	void (*swap)(struct demo *demo, cgswap_program *old, cgswap_program *new);
} methods[] = {
	{ "replace", replace },
	{ "detach, then attach", detach_then_attach },
	{ "attach, then detach", attach_then_detach },
};

enum { METHODS = sizeof(methods) / sizeof(methods[0]) };

static void print_chain(const char *when, cgswap_chain *chain)
{
	must(cgswap_chain_read(chain), "read");
	must(cgswap_chain_describe(chain, CGSWAP_DESCRIBE_PROGRAMS), "describe");
	printf("  %s\n", when);
	for (size_t i = 0; i < cgswap_chain_get_length(chain); i++) {
		const cgswap_entry *entry = cgswap_chain_get_entry(chain, i);

		printf("    %zu  id %-4u %s\n", i, cgswap_entry_get_id(entry),
		       cgswap_entry_get_name(entry));
	}
}

static void open_demo(struct demo *demo)
{
	const struct cgswap_session_opts opts = { .sz = sizeof(opts), .kernel = "model" };

	must(cgswap_session_open(&demo->session, &opts), "open");
	must(cgswap_chain_open(&demo->chain, demo->session, CGROUP, ATTACH_TYPE), "open");
	must(cgswap_chain_open(&demo->seen, demo->session, CGROUP, ATTACH_TYPE), "open");
	must(cgswap_program_open(&demo->versions[1], demo->session, "pin:/sys/fs/bpf/fw2", NULL),
	     "open");
	if (cgswap_chain_get_length(demo->chain) != ENTRIES)
		fail("the model has other programs than expected");
}

static void open_first(struct demo *demo)
{
	char source[32];

	snprintf(source, sizeof(source), "id:%u",
		 cgswap_entry_get_id(cgswap_chain_get_entry(demo->chain, 0)));
	must(cgswap_program_open(&demo->versions[0], demo->session, source, NULL), "open");
}

static void close_demo(struct demo *demo)
{
	cgswap_chain_unref(demo->chain);
	cgswap_chain_unref(demo->seen);
	cgswap_program_unref(demo->versions[0]);
	cgswap_program_unref(demo->versions[1]);
	cgswap_session_unref(demo->session);
}

/* The threads may alternate so that the reader never reads between two calls of the swapper. */
static bool has_seen(struct demo *demo, bool neither, bool both)
{
	return (!neither || atomic_load(&demo->neither)) && (!both || atomic_load(&demo->both));
}

/* Each method has its own session, and so its own model. Swaps until enough states were seen. */
static bool run(const struct method *method, bool wanted_neither, bool wanted_both)
{
	struct demo demo = { 0 };
	unsigned long swaps = 0;
	pthread_t looker;

	open_demo(&demo);
	open_first(&demo);
	printf("\n%s\n", method->name);
	print_chain("before", demo.chain);
	if (pthread_create(&looker, NULL, look, &demo))
		fail("cannot create a thread");
	while (!atomic_load(&demo.looks))
		continue;
	do {
		method->swap(&demo, demo.versions[swaps % 2], demo.versions[(swaps + 1) % 2]);
		swaps++;
	} while (swaps < 50 * SWAPS && (swaps < SWAPS || swaps % 2 == 0 ||
				      atomic_load(&demo.looks) < LOOKS ||
				      !has_seen(&demo, wanted_neither, wanted_both)));
	atomic_store(&demo.done, true);
	pthread_join(looker, NULL);
	print_chain("after", demo.chain);
	printf("  %lu swaps, %lu reads: neither version effective %lu times, both %lu times\n", swaps,
	       atomic_load(&demo.looks), demo.neither, demo.both);
	close_demo(&demo);
	return (demo.neither > 0) == wanted_neither && (demo.both > 0) == wanted_both;
}

int main(void)
{
	bool good;

	printf("This demo runs on the model and changes nothing on this machine.\n");
	good = run(&methods[0], false, false);
	good &= run(&methods[1], true, false);
	good &= run(&methods[2], false, true);
	printf("\n%s\n", good ? "replace: at every read exactly one version was effective, and the order "
				"was kept" :
				"UNEXPECTED RESULT");
	return good ? 0 : 1;
}
