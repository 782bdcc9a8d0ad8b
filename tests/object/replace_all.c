/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cgswap_replace_add_object() swaps each program of an object for the one entry of its name, at its
 * attach type: maps keep their ids and contents, entries their positions, and all is rolled back. A
 * map that another program of the old version used is reused too, and a new one is shared.
 */
#include "../lib/bpffs.h"
#include "../lib/expect.h"
#include "../lib/fixture_maps.h"
#include "../lib/live.h"
#include "../lib/product.h"
#include "../lib/attach_types.h"
#include "../lib/chains.h"
#include "../lib/programs.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"

#include <stdio.h>
#include <string.h>

static struct product product;

static enum cgswap_status add(cgswap_replace **out, cgswap_object *object,
			      struct cgswap_object_opts opts)
{
	enum cgswap_status status = cgswap_replace_new(out, product.session, NULL);

	opts.sz = sizeof(opts);
	return status ? status
		      : cgswap_replace_add_object(*out, product.cgroup.path, object, &opts);
}

static const char *reason_of(cgswap_replace *replace, size_t step, const char *map, bool *kept)
{
	const cgswap_step *of = cgswap_replace_get_step(replace, step);

	for (size_t i = 0; i < cgswap_step_get_map_count(of); i++)
		if (strcmp(cgswap_step_get_map_name(of, i), map) == 0) {
			*kept = cgswap_step_get_map_kept(of, i);
			return cgswap_step_get_map_reason(of, i);
		}
	return "";
}

static void swaps_all(void)
{
	cgswap_object *first = product_object(&product, "product_v1");
	cgswap_object *second = product_object(&product, "product_v2");
	cgswap_replace *made = product_attach(&product, first), *replace;
	uint32_t counts, noted, bss, ids[PRODUCT_MAPS], old[PRODUCT_PROGRAMS];
	uint64_t value = 0;
	bool kept = false;
	int map;

	product_add_after(&product);
	counts = product_map(&product, "counts");
	noted = product_map(&product, "noted");
	bss = product_map(&product, ".bss");
	map = raw_map_open(counts);
	raw_map_update(map, 0, 4711);
	for (int i = 0; i < PRODUCT_PROGRAMS; i++)
		old[i] = product_id(&product, i);

	expect_ok(add(&replace, second, (struct cgswap_object_opts){ 0 }), "the steps are added");
	is_int(cgswap_replace_get_length(replace), PRODUCT_PROGRAMS, "one for each program");
	expect_ok(cgswap_replace_check(replace), "the check");
	product_stands(&product, 1, "nothing has changed yet");
	is_int(product_id(&product, 0), old[0], "the old programs run");
	expect_ok(cgswap_replace_commit(replace, NULL), "the commit");
	product_stands(&product, 1, "each has its old position");
	for (int i = 0; i < PRODUCT_PROGRAMS; i++)
		ok(product_id(&product, i) && product_id(&product, i) != old[i],
		   "%s is a new program", product_names[i]);
	is_int(product_map(&product, "counts"), counts, "counts is the same map");
	is_int(product_map(&product, "noted"), noted, "noted too, in the program that did not use it");
	is_int(product_map(&product, ".bss"), bss, "and the variables");
	ok(product_map(&product, "added"), "the new map is one map");
	is_int(product_maps(&product, ids), 5, "there is one set of maps");
	raw_map_lookup(map, 0, &value);
	ok(value >= 4711, "the contents went on");
	has_str(reason_of(replace, 0, "noted", &kept), "another old program",
		"the step says where the map comes from");
	ok(kept, "and that its contents are kept");

	expect_ok(cgswap_replace_rollback(replace), "the rollback");
	for (int i = 0; i < PRODUCT_PROGRAMS; i++)
		is_int(product_id(&product, i), old[i], "%s is the old program", product_names[i]);
	product_stands(&product, 1, "in their positions");
	expect_ok(cgswap_replace_commit(replace, NULL), "a second commit");
	cgswap_replace_unref(replace);
	expect_ok(product_swap(&product, first, NULL), "a loaded object is used as it is");
	is_int(product_id(&product, 0), old[0], "its programs are attached again");
	EXPECT_CAUSE(product_swap(&product, first,
				  &(struct cgswap_object_opts){ .sz = sizeof(struct cgswap_object_opts),
								.maps = CGSWAP_MAPS_NEW }),
		     BAD_ARGUMENT, "with its maps");
	raw_close(map);
	cgswap_replace_unref(made);
	cgswap_object_unref(first);
	cgswap_object_unref(second);
}

/* The others of the chain are left out, and a program in two cgroups is loaded once. */
static void some_and_many(void)
{
	const char *const only[] = { "on_packet", "on_socket", NULL };
	cgswap_object *second = product_object(&product, "product_v2");
	uint32_t before = product_id(&product, 0);
	cgswap_replace *replace;

	expect_ok(add(&replace, second, (struct cgswap_object_opts){ .only = only }), "two of four");
	is_int(cgswap_replace_get_length(replace), 2, "two steps");
	expect_ok(cgswap_replace_commit(replace, NULL), "are swapped");
	is_int(product_id(&product, 0), before, "the others stay");
	expect_ok(cgswap_replace_rollback(replace), "and back");
	cgswap_replace_unref(replace);

	expect_ok(add(&replace, second, (struct cgswap_object_opts){ .skip = only }), "the other two");
	is_int(cgswap_replace_get_length(replace), 2, "two steps");
	cgswap_replace_unref(replace);
	cgswap_object_unref(second);
}

static void refusals(void)
{
	cgswap_object *odd = product_object(&product, "product_odd");
	cgswap_object *second = product_object(&product, "product_v2");
	const char *const any[] = { "on_any", NULL };
	const char *const both[] = { "on_any", "on_bind", NULL };
	const char *const reuse[] = { "id:1", NULL };
	int twin = prog_pass(EGRESS, "on_packet");
	struct raw_chain before = chain_now(product.cgroup.fd, EGRESS);
	cgswap_replace *replace;

	expect_ok(product_swap(&product, second, NULL), "the second version");
	EXPECT_CAUSE(product_swap(&product, odd, &(struct cgswap_object_opts){
			     .sz = sizeof(struct cgswap_object_opts), .skip = any }),
		     NOT_ATTACHED, "a program without an entry");
	expect_message("on_bind");
	EXPECT_CAUSE(product_swap(&product, odd, &(struct cgswap_object_opts){
			     .sz = sizeof(struct cgswap_object_opts),
			     .skip = both,
			     .maps = CGSWAP_MAPS_REQUIRE }),
		     MAP_DROPPED, "a map that no program uses any more");
	raw_attach(product.cgroup.fd, twin, EGRESS, RAW_MULTI);
	EXPECT_CAUSE(product_swap(&product, second, NULL), SELECTOR_AMBIGUOUS,
		     "a program that two entries fit");
	expect_message("on_packet");
	raw_detach(product.cgroup.fd, twin, EGRESS);
	raw_close(twin);

	cgswap_replace_new(&replace, product.session, NULL);
	EXPECT_CAUSE(cgswap_replace_add_object(replace, product.cgroup.path, second,
					       &(struct cgswap_object_opts){
						       .sz = sizeof(struct cgswap_object_opts),
						       .reuse_maps_of = reuse }),
		     BAD_ARGUMENT, "an option of a load");
	EXPECT_CAUSE(cgswap_replace_add_object(replace, product.cgroup.path, second,
					       &(struct cgswap_object_opts){
						       .sz = sizeof(struct cgswap_object_opts),
						       .dry_run = 1 }),
		     BAD_ARGUMENT, "an option of an attach");
	EXPECT_CAUSE(cgswap_replace_add_object(replace, product.cgroup.path, NULL, NULL),
		     BAD_ARGUMENT, "no object");
	is_int(cgswap_replace_get_length(replace), 0, "no step was added");
	cgswap_replace_unref(replace);
	is_int(chain_now(product.cgroup.fd, EGRESS).count, before.count, "nothing changed");
	cgswap_object_unref(odd);
	cgswap_object_unref(second);
}

/* Programs that were attached one by one have maps of their own: which are meant is not guessed. */
static void attached_apart(void)
{
	struct product apart = product_new("apart");
	cgswap_object *second = product_object(&apart, "product_v2");
	const struct cgswap_object_opts new = { .sz = sizeof(new), .maps = CGSWAP_MAPS_NEW };
	uint32_t ids[PRODUCT_MAPS];

	for (int i = 0; i < PRODUCT_PROGRAMS; i++) {
		cgswap_chain *chain;
		cgswap_program *program;
		char source[300];

		snprintf(source, sizeof(source), "%s#%s", map_fixture_object("object/product_v1"),
			 product_names[i]);
		if (cgswap_program_open(&program, apart.session, source, NULL))
			bail_out("%s", cgswap_error_get_message(cgswap_last_error()));
		chain = live_chain(apart.session, apart.cgroup.path,
				   type_info_of(product_types[i])->short_name);
		if (cgswap_chain_attach(chain, program, NULL))
			bail_out("%s", cgswap_error_get_message(cgswap_last_error()));
		cgswap_chain_unref(chain);
		cgswap_program_unref(program);
	}
	EXPECT_CAUSE(product_swap(&apart, second, NULL), MAP_CHANGED,
		     "two programs have different maps of one name");
	expect_message("do not share");
	product_stands(&apart, 1, "nothing changed");
	expect_ok(product_swap(&apart, second, &new), "new maps can be asked for");
	is_int(product_maps(&apart, ids), 5, "then there is one set");
	cgswap_object_unref(second);
	product_free(&apart);
}

int main(void)
{
	need_live();
	for (int i = 0; i < PRODUCT_PROGRAMS; i++)
		scratch_bystander(product_types[i]);
	product = product_new("product");
	swaps_all();
	some_and_many();
	refusals();
	attached_apart();
	product_free(&product);
	return done_testing();
}
