/* SPDX-License-Identifier: BSD-2-Clause */
/* Sets the capabilities of the model's caller while a part of a test runs. */
#include "../lib/privilege.h"

#include "../lib/tap.h"
#include "kernel.h"

static const enum kernel_capability all[] = {
	KERNEL_CAP_NET_ADMIN, KERNEL_CAP_SYS_ADMIN, KERNEL_CAP_BPF,
};

static void set_capabilities(uint64_t mask, enum kernel_standing standing)
{
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (mask & (UINT64_C(1) << all[i]))
			kernel_model_set_capability(model_kernel(), all[i], standing);
}

static void run_part(uint64_t mask, enum kernel_standing standing, void (*part)(void))
{
	unsigned before = tap_made();

	set_capabilities(mask, standing);
	part();
	set_capabilities(mask, KERNEL_CAP_HELD);
	ok(tap_made() > before, "the child made checks and ended normally");
}

void as_nobody(void (*part)(void))
{
	run_part(~UINT64_C(0), KERNEL_CAP_MISSING, part);
}

void without_capabilities(uint64_t mask, void (*part)(void))
{
	run_part(mask, KERNEL_CAP_MISSING, part);
}

void in_user_namespace(void (*part)(void))
{
	run_part(~UINT64_C(0), KERNEL_CAP_IN_NAMESPACE, part);
}
