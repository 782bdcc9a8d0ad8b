/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The last BTFs that were read from the kernel. Programs that were loaded from one file have the
 * same BTF by different ids: one with the same bytes is not parsed again.
 */
#ifndef CGSWAP_LOAD_BTF_MEMO_H
#define CGSWAP_LOAD_BTF_MEMO_H

#include "kernel/kernel_btf.h"

/* A program and its maps seldom have more. */
enum { BTF_MEMO_MAX = 2 };

/* Zeroed: empty. Those that are in use are not in it. */
struct btf_memo {
	struct btf *btfs[BTF_MEMO_MAX]; /* the last one first */
	struct kernel_btf raw;          /* memory for the next one */
};

/*
 * Reads the BTF with an id from the kernel. Returns 0 or a negative errno; *out goes back with
 * btf_memo_put(), which frees those that were not read again for longest. memo may be NULL.
 */
int btf_memo_take(struct btf **out, struct btf_memo *memo, struct kernel *kernel, uint32_t id);
void btf_memo_put(struct btf_memo *memo, struct btf *btf);

void btf_memo_free(struct btf_memo *memo);

#endif
