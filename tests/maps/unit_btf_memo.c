/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * BTF that was read before is not parsed again if the kernel has the same bytes, by any id. BTF that
 * is in use is not given to another, the one that was put back first is freed, and none is mixed up
 * with another.
 */
#include "load/btf_memo.h"
#include "../lib/tap.h"

#include <bpf/btf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { KINDS = 4, IDS = 100, GONE = 99, LARGE = 98, ROUNDS = 2000 };

/* The kernel's: the BTF of id N is that of N % KINDS. */
static struct btf *kernels[KINDS], *large;
static unsigned reads;

static int btf_bytes(struct kernel *kernel, uint32_t id, void *out, uint32_t capacity, uint32_t *size)
{
	const void *bytes;

	(void)kernel;
	reads++;
	if (id == GONE)
		return -ENOENT;
	bytes = btf__raw_data(id == LARGE ? large : kernels[id % KINDS], size);
	memcpy(out, bytes, *size < capacity ? *size : capacity);
	return 0;
}

static struct kernel_ops ops = { .btf_bytes = btf_bytes };
static struct kernel kernel = { .ops = &ops };

static struct btf *make(unsigned kind, unsigned types)
{
	struct btf *btf = btf__new_empty();
	char name[32];

	for (unsigned i = 0; i <= types; i++) {
		snprintf(name, sizeof(name), "int_%u_%u", kind, i);
		if (btf__add_int(btf, name, 4, 0) < 0)
			bail_out("no memory");
	}
	return btf;
}

static bool is_of(const struct btf *btf, unsigned id)
{
	char name[32];

	snprintf(name, sizeof(name), "int_%u_0", id % KINDS);
	return btf && btf__find_by_name(btf, name) == 1;
}

static struct btf *take(struct btf_memo *memo, uint32_t id)
{
	struct btf *btf;

	is_int(btf_memo_take(&btf, memo, &kernel, id), 0, "BTF %u is taken", id);
	ok(is_of(btf, id), "it is that of %u", id);
	return btf;
}

static void once(void)
{
	struct btf_memo memo = { 0 };
	struct btf *first = take(&memo, 0), *other, *again;

	btf_memo_put(&memo, first);
	other = take(&memo, KINDS);
	ok(other == first, "the same bytes by another id are the same BTF");
	again = take(&memo, 0);
	ok(again != first, "BTF in use is not given to another");
	btf_memo_put(&memo, other);
	btf_memo_put(&memo, again);
	btf_memo_free(&memo);
}

static void the_oldest_goes(void)
{
	struct btf_memo memo = { 0 };
	struct btf *kept[BTF_MEMO_MAX + 1];

	for (uint32_t i = 0; i <= BTF_MEMO_MAX; i++) {
		kept[i] = take(&memo, i);
		btf_memo_put(&memo, kept[i]);
	}
	for (uint32_t i = 1; i <= BTF_MEMO_MAX; i++) {
		struct btf *btf = take(&memo, i);

		ok(btf == kept[i], "BTF %u is still there", i);
		btf_memo_put(&memo, btf);
	}
	btf_memo_free(&memo);
}

static void without(void)
{
	struct btf_memo memo = { 0 };
	struct btf *btf;

	is_int(btf_memo_take(&btf, &memo, &kernel, GONE), -ENOENT, "BTF that is gone");
	ok(!btf, "gives none");
	btf_memo_put(&memo, btf);
	is_int(btf_memo_take(&btf, &memo, &kernel, LARGE), 0, "large BTF is taken");
	is_int(btf__type_cnt(btf), btf__type_cnt(large), "it is whole");
	btf_memo_put(&memo, btf);
	ok(!memo.btfs[0] && !memo.raw.bytes, "and not kept");
	btf_memo_free(&memo);
	is_int(btf_memo_take(&btf, NULL, &kernel, 1), 0, "without a memo");
	ok(is_of(btf, 1), "BTF is read");
	btf_memo_put(NULL, btf);
}

/* Up to three are in use at a time, in any order. */
static void any_order(void)
{
	struct btf_memo memo = { 0 };
	struct btf *used[3] = { NULL };
	unsigned random = 1, wrong = 0;

	reads = 0;
	for (int i = 0; i < ROUNDS; i++) {
		unsigned id, at;

		random = random * 1103515245 + 12345;
		id = (random >> 16) % LARGE;
		at = (random >> 8) % 3;
		btf_memo_put(&memo, used[at]);
		if (btf_memo_take(&used[at], &memo, &kernel, id) || !is_of(used[at], id))
			wrong++;
		for (int j = 0; j < 3; j++)
			wrong += (unsigned)j != at && used[j] && used[j] == used[at];
	}
	is_int(wrong, 0, "%d in any order", ROUNDS);
	is_int(reads, ROUNDS, "each was read from the kernel once");
	for (int j = 0; j < 3; j++)
		btf_memo_put(&memo, used[j]);
	btf_memo_free(&memo);
}

int main(void)
{
	for (unsigned i = 0; i < KINDS; i++)
		kernels[i] = make(i, i);
	large = make(KINDS, 60000);
	once();
	the_oldest_goes();
	without();
	any_order();
	for (unsigned i = 0; i < KINDS; i++)
		btf__free(kernels[i]);
	btf__free(large);
	return done_testing();
}
