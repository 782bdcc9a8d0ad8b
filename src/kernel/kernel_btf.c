/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/kernel_btf.h"

#include <bpf/btf.h>
#include <errno.h>
#include <stdlib.h>

#include "base/libbpf_log.h"

enum { USUALLY_FITS = 16 * 1024 };

static int kernel_btf_grow(struct kernel_btf *raw, uint32_t capacity)
{
	void *bytes = realloc(raw->bytes, capacity);

	if (!bytes)
		return -ENOMEM;
	raw->bytes = bytes;
	raw->capacity = capacity;
	return 0;
}

int kernel_btf_read_bytes(struct kernel_btf *raw, struct kernel *kernel, uint32_t id)
{
	int err = raw->bytes ? 0 : kernel_btf_grow(raw, USUALLY_FITS);

	while (!err) {
		err = kernel->ops->btf_bytes(kernel, id, raw->bytes, raw->capacity, &raw->size);
		if (err || raw->size <= raw->capacity)
			break;
		err = kernel_btf_grow(raw, raw->size);
	}
	return err;
}

int kernel_btf_parse(struct btf **out, const struct kernel_btf *raw)
{
	struct libbpf_log quiet;
	int err;

	libbpf_log_begin(&quiet);
	*out = btf__new(raw->bytes, raw->size);
	err = *out ? 0 : -errno;
	free(libbpf_log_end(&quiet));
	return err;
}

int kernel_btf_read(struct btf **out, struct kernel *kernel, uint32_t id)
{
	struct kernel_btf raw = { 0 };
	int err = kernel_btf_read_bytes(&raw, kernel, id);

	*out = NULL;
	if (!err)
		err = kernel_btf_parse(out, &raw);
	kernel_btf_free(&raw);
	return err;
}

void kernel_btf_free(struct kernel_btf *raw)
{
	free(raw->bytes);
	*raw = (struct kernel_btf){ 0 };
}
