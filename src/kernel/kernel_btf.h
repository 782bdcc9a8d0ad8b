/* SPDX-License-Identifier: BSD-2-Clause */
/* The BTF of loaded programs and maps. */
#ifndef CGSWAP_KERNEL_KERNEL_BTF_H
#define CGSWAP_KERNEL_KERNEL_BTF_H

#include "kernel/kernel.h"

/* The bytes of the last BTF that was read. Zeroed: none. */
struct kernel_btf {
	void *bytes;
	uint32_t size, capacity;
};

/* Each returns 0 or a negative errno. The caller frees *out with btf__free(). */
int kernel_btf_read_bytes(struct kernel_btf *raw, struct kernel *kernel, uint32_t id);
int kernel_btf_parse(struct btf **out, const struct kernel_btf *raw);
int kernel_btf_read(struct btf **out, struct kernel *kernel, uint32_t id);

void kernel_btf_free(struct kernel_btf *raw);

#endif
