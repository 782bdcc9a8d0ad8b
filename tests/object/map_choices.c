/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * map_choices of an object's attach decide for the one map that its programs share: the size of a new
 * one, or a map that is there. A choice for no map of the object is refused, and nothing is attached.
 */
#include "../lib/expect.h"
#include "../lib/live.h"
#include "../lib/product.h"
#include "../lib/rawbpf.h"
#include "../lib/rawfd.h"
#include "../lib/tap.h"

#include <stdio.h>

static struct product product;

static enum cgswap_status attach(cgswap_replace **out, const char *choice)
{
	const char *const choices[] = { choice, NULL };
	const struct cgswap_object_opts opts = { .sz = sizeof(opts), .map_choices = choices };
	cgswap_object *object = product_object(&product, "product_v1");
	enum cgswap_status status = cgswap_object_attach(out, object, product.cgroup.path, &opts);

	cgswap_object_unref(object);
	return status;
}

static uint32_t size_of(uint32_t id)
{
	struct bpf_map_info info = { 0 };
	int fd = raw_map_open(id);
	union bpf_attr attr = { .info = { .bpf_fd = (uint32_t)fd,
					  .info_len = sizeof(info),
					  .info = (uintptr_t)&info } };

	if (raw_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr)))
		bail_out("map %u cannot be read", id);
	raw_close(fd);
	return info.max_entries;
}

int main(void)
{
	cgswap_replace *first, *second;
	char choice[64];
	uint32_t id;

	need_live();
	product = product_new("choices");
	expect_ok(attach(&first, "noted=new,max_entries=77"), "a map of 77 entries");
	id = product_map(&product, "noted");
	is_int(size_of(id), 77, "the programs share it");
	expect_ok(cgswap_replace_rollback(first), "they are taken off");

	snprintf(choice, sizeof(choice), "noted=id:%u", id);
	expect_ok(attach(&second, choice), "that map once more, by its id");
	is_int(product_map(&product, "noted"), id, "the programs share it");
	expect_ok(cgswap_replace_rollback(second), "they are taken off");
	cgswap_replace_unref(second);
	cgswap_replace_unref(first);

	EXPECT_CAUSE(attach(NULL, "nothing=new"), BAD_ARGUMENT, "a choice for no map");
	EXPECT_CAUSE(attach(NULL, "noted=bigger"), BAD_ARGUMENT, "a choice that is none");
	product_stands(&product, -1, "after the refusals");
	product_free(&product);
	return done_testing();
}
