/* SPDX-License-Identifier: BSD-2-Clause */
/* Kernel features, probed with calls that cannot change anything. */
#ifndef CGSWAP_KERNEL_FEATURE_H
#define CGSWAP_KERNEL_FEATURE_H

#include <cgswap.h>

#include "kernel/kernel.h"

enum { FEATURE_COUNT = CGSWAP_FEATURE_LINK_UPDATE_ORDER };

enum feature_answer { FEATURE_NOT_ASKED, FEATURE_YES, FEATURE_NO, FEATURE_UNKNOWN };

struct feature {
	enum feature_answer answer;
	int errnum;     /* the reason if unknown; 0: no cgroup was given */
	char probe[96]; /* the call and the kernel's answer */
};

/*
 * Probes a feature. cgroup_fd is any cgroup, or -1. Only link_update_order makes a scratch cgroup;
 * the other probes leave no trace.
 */
void feature_probe(struct feature *out, struct kernel *kernel, enum cgswap_feature feature,
		   int cgroup_fd);

bool feature_exists(enum cgswap_feature feature);

/* Returns 0 for an unknown name. */
enum cgswap_feature feature_by_name(const char *name, size_t length);

/*
 * Attaches a program to no target: -EBADF means that the kernel would accept this type and these
 * flags, any other errno is the reason why it would not.
 */
int feature_dry_attach(struct kernel *kernel, int program_fd, uint32_t type, uint32_t flags);

#endif
