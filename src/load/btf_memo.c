/* SPDX-License-Identifier: BSD-2-Clause */
#include "load/btf_memo.h"

#include <bpf/btf.h>
#include <string.h>

enum { LARGEST_KEPT = 1 << 20 };

static bool btf_memo_is(const struct btf *btf, const struct kernel_btf *raw)
{
	uint32_t size;
	const void *bytes = btf ? btf__raw_data(btf, &size) : NULL;

	return bytes && size == raw->size && memcmp(bytes, raw->bytes, size) == 0;
}

int btf_memo_take(struct btf **out, struct btf_memo *memo, struct kernel *kernel, uint32_t id)
{
	int err;

	if (!memo)
		return kernel_btf_read(out, kernel, id);
	*out = NULL;
	err = kernel_btf_read_bytes(&memo->raw, kernel, id);
	if (err)
		return err;
	for (size_t i = 0; i < BTF_MEMO_MAX; i++)
		if (btf_memo_is(memo->btfs[i], &memo->raw)) {
			*out = memo->btfs[i];
			memo->btfs[i] = NULL;
			return 0;
		}
	return kernel_btf_parse(out, &memo->raw);
}

void btf_memo_put(struct btf_memo *memo, struct btf *btf)
{
	uint32_t size;
	size_t at = 0;

	if (!btf)
		return;
	if (!memo || !btf__raw_data(btf, &size) || size > LARGEST_KEPT) {
		btf__free(btf);
		if (memo)
			kernel_btf_free(&memo->raw);
		return;
	}
	/* the free place, or else the last */
	while (at < BTF_MEMO_MAX - 1 && memo->btfs[at])
		at++;
	btf__free(memo->btfs[at]);
	memmove(&memo->btfs[1], &memo->btfs[0], at * sizeof(memo->btfs[0]));
	memo->btfs[0] = btf;
}

void btf_memo_free(struct btf_memo *memo)
{
	for (size_t i = 0; i < BTF_MEMO_MAX; i++)
		btf__free(memo->btfs[i]);
	kernel_btf_free(&memo->raw);
	*memo = (struct btf_memo){ 0 };
}
