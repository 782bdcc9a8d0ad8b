/* SPDX-License-Identifier: BSD-2-Clause */
#include "../lib/bpffs.h"

#include "../lib/tap.h"
#include "kernel.h"

const char *bpffs_private(void)
{
	if (!model_kernel()->ops->is_bpffs(model_kernel(), BPFFS))
		bail_out("the model has no bpffs at " BPFFS);
	return BPFFS;
}
