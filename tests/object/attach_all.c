/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cgswap_object_attach() attaches each program of an object at its attach type: all or none, with one
 * set of maps, pinned by their names or by links, and it can be rolled back. A dry run changes
 * nothing. What an interrupted attach has left is refused with its list.
 */
#include "../lib/attach_types.h"
#include "../lib/bpffs.h"
#include "../lib/chains.h"
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/privilege.h"
#include "../lib/product.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"

#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct product product;
static const char *fs;

static const char *pin_of(int index)
{
	static char paths[PRODUCT_PROGRAMS][200];

	snprintf(paths[index], sizeof(paths[0]), "%s/%s", fs, product_names[index]);
	return paths[index];
}

static int pins(void)
{
	int count = 0;

	for (int i = 0; i < PRODUCT_PROGRAMS; i++)
		count += access(pin_of(i), F_OK) == 0;
	return count;
}

static enum cgswap_status attach(cgswap_replace **out, cgswap_object *object,
				 struct cgswap_object_opts opts)
{
	opts.sz = sizeof(opts);
	return cgswap_object_attach(out, object, product.cgroup.path, &opts);
}

static void rolls_back(cgswap_replace *made, const char *when)
{
	expect_ok(cgswap_replace_rollback(made), "the rollback %s", when);
	product_stands(&product, -1, when);
	is_int(pins(), 0, "no pin is left %s", when);
	cgswap_replace_unref(made);
}

/* counts, noted, .bss and .rodata: one of each for all four programs. */
static void one_set_of_maps(void)
{
	cgswap_object *object = product_object(&product, "product_v1");
	cgswap_replace *made;
	uint32_t ids[PRODUCT_MAPS];

	expect_ok(attach(&made, object, (struct cgswap_object_opts){ 0 }), "all are attached");
	product_stands(&product, 1, "each stands at the end of its chain");
	is_int(product_maps(&product, ids), 4, "they have one set of maps");
	is_int(cgswap_replace_get_length(made), PRODUCT_PROGRAMS, "the transaction has a step for each");
	for (int i = 0; i < PRODUCT_PROGRAMS; i++) {
		const cgswap_step *step = cgswap_replace_get_step(made, i);
		cgswap_program *program;

		is_int(cgswap_step_get_state(step), CGSWAP_STEP_DONE, "step %d is done", i);
		ok(cgswap_step_get_verified(step), "step %d is verified", i);
		is_int(cgswap_step_get_old_id(step), 0, "step %d has no old program", i);
		is_int(cgswap_step_get_new_id(step), product_id(&product, i), "its new one is there");
		is_int(cgswap_step_get_position(step), 1, "its position");
		expect_ok(cgswap_object_open_program(&program, object, product_names[i]),
			  "the object gives the program");
		is_int(cgswap_program_get_id(program), product_id(&product, i), "the same one");
		cgswap_program_unref(program);
	}
	EXPECT_CAUSE(attach(NULL, object, (struct cgswap_object_opts){ 0 }), ALREADY_ATTACHED,
		     "the same once more");
	rolls_back(made, "after it");
	expect_ok(attach(&made, object, (struct cgswap_object_opts){ 0 }), "the object is loaded once");
	rolls_back(made, "once more");
	cgswap_object_unref(object);
}

static void pinned(uint32_t link)
{
	cgswap_object *object = product_object(&product, "product_v1");
	const struct cgswap_object_opts opts = { .pin_dir = fs, .link = link };
	cgswap_replace *made;

	expect_ok(attach(&made, object, opts), "all are attached %s", link ? "by links" : "and pinned");
	is_int(pins(), PRODUCT_PROGRAMS, "each is pinned by its name");
	product_stands(&product, 1, "each is attached");
	for (int i = 0; i < PRODUCT_PROGRAMS; i++) {
		int fd = raw_pin_open(pin_of(i));
		uint32_t wanted = link ? cgswap_step_get_link_id(cgswap_replace_get_step(made, i))
				       : product_id(&product, i);

		is_int(link ? raw_link_id(fd) : raw_prog_id(fd), wanted, "the pin is that %s",
		       link ? "link's" : "program's");
		raw_close(fd);
	}
	rolls_back(made, "after it");

	expect_ok(attach(NULL, object, opts), "without a transaction handed out");
	cgswap_object_unref(object);
	product_stands(&product, 1, "all stay attached");
	for (int i = 0; i < PRODUCT_PROGRAMS; i++) {
		int fd = raw_pin_open(pin_of(i));

		raw_unpin(pin_of(i));
		if (link) {
			chain_close_link(fd, product.cgroup.fd, product_types[i]);
			continue;
		}
		raw_detach(product.cgroup.fd, fd, product_types[i]);
		raw_close(fd);
	}
}

/* The third program meets a chain in none mode, and later a pin at its path. */
static void all_or_none(void)
{
	cgswap_object *object = product_object(&product, "product_v1");
	const struct cgswap_object_opts opts = { .pin_dir = fs };
	struct raw_chain before[PRODUCT_PROGRAMS];
	int taken = prog_pass(EGRESS, "taken");

	for (int i = 0; i < PRODUCT_PROGRAMS; i++)
		before[i] = chain_now(product.cgroup.fd, product_types[i]);
	raw_detach(product.cgroup.fd, product.before[2], EGRESS);
	raw_attach(product.cgroup.fd, product.before[2], EGRESS, RAW_NONE);
	EXPECT_CAUSE(attach(NULL, object, opts), OWN_MODE_CONFLICT, "the third is refused");
	EXPECT_CAUSE(attach(NULL, object,
			    (struct cgswap_object_opts){ .pin_dir = fs, .dry_run = 1 }),
		     OWN_MODE_CONFLICT, "the dry run says so too");
	is_int(pins(), 0, "no pin is left");
	product_stands(&product, -1, "nothing is attached");
	raw_detach(product.cgroup.fd, product.before[2], EGRESS);
	raw_attach(product.cgroup.fd, product.before[2], EGRESS, RAW_MULTI);

	raw_pin(taken, pin_of(2));
	for (int i = 0; i < PRODUCT_PROGRAMS; i++)
		before[i] = chain_now(product.cgroup.fd, product_types[i]);
	EXPECT_CAUSE(attach(NULL, object, opts), PIN_EXISTS, "a pin of another program");
	for (int i = 0; i < PRODUCT_PROGRAMS; i++)
		chain_untouched(product.cgroup.fd, product_types[i], &before[i],
				"it is refused before anything changes");
	is_int(pins(), 1, "only that pin is there");
	raw_unpin(pin_of(2));
	raw_close(taken);
	cgswap_object_unref(object);
}

static void dry_run(void)
{
	cgswap_object *object = product_object(&product, "product_v1");
	const struct cgswap_object_opts opts = { .pin_dir = fs, .dry_run = 1 };
	struct raw_chain before[PRODUCT_PROGRAMS];
	cgswap_replace *planned;

	for (int i = 0; i < PRODUCT_PROGRAMS; i++)
		before[i] = chain_now(product.cgroup.fd, product_types[i]);
	expect_ok(attach(&planned, object, opts), "a dry run");
	for (int i = 0; i < PRODUCT_PROGRAMS; i++)
		chain_untouched(product.cgroup.fd, product_types[i], &before[i],
				"a dry run changes nothing");
	is_int(pins(), 0, "a dry run makes no pin");
	is_int(cgswap_replace_get_length(planned), PRODUCT_PROGRAMS, "it says what would be done");
	is_int(cgswap_step_get_state(cgswap_replace_get_step(planned, 0)), CGSWAP_STEP_PLANNED,
	       "and has not done it");
	EXPECT_CAUSE(cgswap_replace_commit(planned, NULL), BAD_ARGUMENT,
		     "it cannot be committed afterwards");
	cgswap_replace_unref(planned);
	cgswap_object_unref(object);
}

/* A third program is there too, of the next version: to detach only the others would not do. */
static void another_version(cgswap_object *object)
{
	const char *const only[] = { "on_packet", NULL };
	cgswap_object *next = product_object(&product, "product_v2");
	cgswap_replace *made;

	expect_ok(attach(&made, next, (struct cgswap_object_opts){ .only = only }),
		  "one of the next version");
	EXPECT_CAUSE(attach(NULL, object, (struct cgswap_object_opts){ 0 }), ALREADY_ATTACHED,
		     "it is listed too");
	expect_message("egress, another version)");
	expect_ok(cgswap_replace_rollback(made), "its rollback");
	cgswap_replace_unref(made);
	cgswap_object_unref(next);
}

/* As kill -9 after the second of four would leave it. */
static void left_half_done(void)
{
	const char *const only[] = { "on_connect", "on_send", NULL };
	cgswap_object *half = product_object(&product, "product_v1");
	cgswap_object *object = product_object(&product, "product_v1");
	cgswap_replace *made;

	expect_ok(attach(&made, half, (struct cgswap_object_opts){ .only = only }), "two of four");
	is_int(cgswap_replace_get_length(made), 2, "two steps");
	EXPECT_CAUSE(attach(NULL, object, (struct cgswap_object_opts){ 0 }), ALREADY_ATTACHED,
		     "two of the programs are there");
	expect_message("on_connect");
	expect_message("on_send");
	EXPECT_CAUSE(product_swap(&product, object, NULL), NOT_ATTACHED, "a replace lists the others");
	expect_message("on_packet");
	expect_message("on_socket");
	another_version(object);
	rolls_back(made, "of the half");
	cgswap_object_unref(half);
	cgswap_object_unref(object);
}

static void attach_poorly(void)
{
	cgswap_object *object = product_object(&product, "product_v1");

	expect_ok(attach(NULL, object, (struct cgswap_object_opts){ 0 }), "without CAP_SYS_ADMIN");
	cgswap_object_unref(object);
}

/* The maps of the set need not be opened by their ids, which takes that privilege. */
static void without_sys_admin(void)
{
	uint32_t ids[PRODUCT_MAPS];

	without_capabilities(UINT64_C(1) << CAP_SYS_ADMIN, attach_poorly);
	product_stands(&product, 1, "all are attached");
	is_int(product_maps(&product, ids), 4, "with one set of maps too");
	for (int i = 0; i < PRODUCT_PROGRAMS; i++) {
		int fd = raw_prog_open(product_id(&product, i));

		raw_detach(product.cgroup.fd, fd, product_types[i]);
		raw_close(fd);
	}
}

static void preorder_and_id(void)
{
	cgswap_object *object = product_object(&product, "product_v1");
	struct cgswap_object_opts opts = { .preorder = CGSWAP_PREORDER_YES };
	cgswap_replace *made;
	cgswap_chain *chain;

	if (!kernel_knows_flags(RAW_PREORDER)) {
		skip("this kernel has no BPF_F_PREORDER");
	} else {
		expect_ok(attach(&made, object, opts), "with preorder");
		chain = live_chain(product.session, product.cgroup.path, "egress");
		cgswap_chain_describe(chain, CGSWAP_DESCRIBE_PREORDER);
		is_int(cgswap_entry_get_preorder(cgswap_chain_get_entry(chain, 1)), CGSWAP_PREORDER_YES,
		       "the entry has it");
		cgswap_chain_unref(chain);
		rolls_back(made, "of preorder");
	}
	EXPECT_CAUSE(attach(NULL, object, (struct cgswap_object_opts){ .expected_cgroup_id = 1 }),
		     CGROUP_GONE, "another cgroup's id");
	cgswap_object_unref(object);
}

static void refusals(void)
{
	cgswap_object *object = product_object(&product, "product_v1");
	cgswap_object *odd = product_object(&product, "product_odd");
	const char *const none[] = { "on_nothing", NULL };
	const char *const all[] = { "on_connect", "on_send", "on_packet", "on_socket", NULL };
	const char *const any[] = { "on_any", NULL };
	cgswap_replace *made;

	EXPECT_CAUSE(attach(NULL, object, (struct cgswap_object_opts){ .only = none }),
		     PROGRAM_NOT_IN_OBJECT, "only: no such program");
	EXPECT_CAUSE(attach(NULL, object, (struct cgswap_object_opts){ .skip = none }),
		     PROGRAM_NOT_IN_OBJECT, "skip: no such program");
	EXPECT_CAUSE(attach(NULL, object, (struct cgswap_object_opts){ .skip = all }), BAD_ARGUMENT,
		     "nothing is left");
	EXPECT_CAUSE(attach(NULL, object, (struct cgswap_object_opts){ .link = 1 }), BAD_ARGUMENT,
		     "links without pins");
	EXPECT_CAUSE(attach(NULL, object, (struct cgswap_object_opts){ .allow_unguarded = 1 }),
		     BAD_ARGUMENT, "an option of a replace");
	EXPECT_CAUSE(attach(NULL, object, (struct cgswap_object_opts){ .maps = CGSWAP_MAPS_REUSE }),
		     BAD_ARGUMENT, "maps of no program");
	EXPECT_CAUSE(cgswap_object_attach(NULL, object, NULL, NULL), BAD_ARGUMENT, "no cgroup");
	EXPECT_CAUSE(cgswap_object_attach(NULL, object, "no/such/cgroup", NULL), CGROUP_NOT_FOUND,
		     "a cgroup that is not there");
	EXPECT_CAUSE(attach(NULL, odd, (struct cgswap_object_opts){ 0 }), SOURCE_AMBIGUOUS,
		     "a section that names no attach type");
	expect_message("on_any");
	expect_ok(attach(&made, odd, (struct cgswap_object_opts){ .skip = any }), "it is left out");
	is_int(cgswap_replace_get_length(made), 2, "a program of SEC(\"?\") is too");
	expect_ok(cgswap_replace_rollback(made), "back");
	cgswap_replace_unref(made);
	product_stands(&product, -1, "nothing is attached");
	cgswap_object_unref(odd);
	cgswap_object_unref(object);
}

int main(void)
{
	need_live();
	fs = bpffs_private();
	for (int i = 0; i < PRODUCT_PROGRAMS; i++)
		scratch_bystander(product_types[i]);
	product = product_new("product");
	one_set_of_maps();
	pinned(0);
	pinned(1);
	all_or_none();
	dry_run();
	left_half_done();
	without_sys_admin();
	preorder_and_id();
	refusals();
	product_free(&product);
	return done_testing();
}
