/* SPDX-License-Identifier: BSD-2-Clause */
#include "product.h"

#include "attach_types.h"
#include "chains.h"
#include "fixture_maps.h"
#include "live.h"
#include "programs.h"
#include "rawbpf.h"
#include "rawfd.h"
#include "tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const product_names[PRODUCT_PROGRAMS] = { "on_connect", "on_send", "on_packet",
						       "on_socket" };
const uint32_t product_types[PRODUCT_PROGRAMS] = { CONNECT4, UDP4_SENDMSG, EGRESS, SOCK_CREATE };

struct product product_new(const char *name)
{
	struct product product = { .session = live_session(), .cgroup = scratch_new(name) };

	for (int i = 0; i < PRODUCT_PROGRAMS; i++) {
		product.before[i] = prog_pass(product_types[i], "before");
		product.after[i] = -1;
		if (raw_attach(product.cgroup.fd, product.before[i], product_types[i], RAW_MULTI))
			bail_out("cannot attach");
	}
	return product;
}

void product_add_after(struct product *product)
{
	for (int i = 0; i < PRODUCT_PROGRAMS; i++) {
		product->after[i] = prog_pass(product_types[i], "after");
		if (raw_attach(product->cgroup.fd, product->after[i], product_types[i], RAW_MULTI))
			bail_out("cannot attach");
	}
}

void product_free(struct product *product)
{
	for (int i = 0; i < PRODUCT_PROGRAMS; i++) {
		raw_close(product->before[i]);
		if (product->after[i] >= 0)
			raw_close(product->after[i]);
	}
	cgswap_session_unref(product->session);
	raw_close(product->cgroup.fd);
}

cgswap_object *product_object(const struct product *product, const char *name)
{
	cgswap_object *object;
	char path[64];

	snprintf(path, sizeof(path), "object/%s", name);
	if (cgswap_object_open(&object, product->session, map_fixture_object(path)))
		bail_out("%s: %s", name, cgswap_error_get_message(cgswap_last_error()));
	return object;
}

cgswap_replace *product_attach(const struct product *product, cgswap_object *object)
{
	cgswap_replace *made;

	if (cgswap_object_attach(&made, object, product->cgroup.path, NULL))
		bail_out("attach: %s", cgswap_error_get_message(cgswap_last_error()));
	return made;
}

enum cgswap_status product_swap(const struct product *product, cgswap_object *object,
				const struct cgswap_object_opts *opts)
{
	enum cgswap_status status;
	cgswap_replace *replace;

	status = cgswap_replace_new(&replace, product->session, NULL);
	if (!status)
		status = cgswap_replace_add_object(replace, product->cgroup.path, object, opts);
	if (!status)
		status = cgswap_replace_commit(replace, NULL);
	cgswap_replace_unref(replace);
	return status;
}

static bool product_is_ours(uint32_t id, const char *name)
{
	int fd = raw_prog_open(id);
	char buffer[16];
	bool ours;

	if (fd < 0)
		return false;
	ours = strcmp(raw_prog_name(fd, buffer), name) == 0;
	raw_close(fd);
	return ours;
}

uint32_t product_id(const struct product *product, int index)
{
	struct raw_chain chain = chain_now(product->cgroup.fd, product_types[index]);
	uint32_t found = 0;

	for (size_t i = 0; i < chain.count; i++)
		if (product_is_ours(chain.ids[i], product_names[index]))
			found = found ? 0 : chain.ids[i];
	return found;
}

static bool product_stands_in(const struct product *product, int index, int position)
{
	struct raw_chain chain = chain_now(product->cgroup.fd, product_types[index]);
	struct raw_chain wanted = chain;

	wanted.count = 0;
	wanted.ids[wanted.count++] = raw_prog_id(product->before[index]);
	if (position == 1)
		wanted.ids[wanted.count++] = product_id(product, index);
	if (product->after[index] >= 0)
		wanted.ids[wanted.count++] = raw_prog_id(product->after[index]);
	return chain_same(&chain, &wanted) && (position != 1 || wanted.ids[1]);
}

bool product_stands(const struct product *product, int position, const char *when)
{
	bool good = true;

	for (int i = 0; i < PRODUCT_PROGRAMS; i++)
		good &= product_stands_in(product, i, position);
	return ok(good, "%s", when);
}

static int compare_ids(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return left < right ? -1 : left > right;
}

size_t product_maps(const struct product *product, uint32_t ids[PRODUCT_MAPS])
{
	uint32_t all[PRODUCT_PROGRAMS * RAW_MAPS_MAX];
	size_t count = 0, distinct = 0;

	for (int i = 0; i < PRODUCT_PROGRAMS; i++) {
		int fd = raw_prog_open(product_id(product, i));

		if (fd < 0)
			continue;
		count += raw_prog_maps(fd, all + count);
		raw_close(fd);
	}
	qsort(all, count, sizeof(*all), compare_ids);
	for (size_t i = 0; i < count; i++)
		if (distinct < PRODUCT_MAPS && (!distinct || ids[distinct - 1] != all[i]))
			ids[distinct++] = all[i];
	return distinct;
}

uint32_t product_map(const struct product *product, const char *ending)
{
	uint32_t ids[PRODUCT_MAPS], found = 0;
	size_t count = product_maps(product, ids);

	for (size_t i = 0; i < count; i++) {
		char buffer[16];
		const char *name = raw_map_name(ids[i], buffer);
		size_t length = strlen(name), tail = strlen(ending);

		if (length < tail || strcmp(name + length - tail, ending) != 0)
			continue;
		if (found)
			return 0;
		found = ids[i];
	}
	return found;
}
