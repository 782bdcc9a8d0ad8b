/* SPDX-License-Identifier: BSD-2-Clause */
/* What a kernel can do, found out by calls that cannot change anything. */
#ifndef CGSWAP_KERNEL_FEATURE_H
#define CGSWAP_KERNEL_FEATURE_H

#include <cgswap.h>

#include "kernel/kernel.h"

enum { FEATURE_COUNT = CGSWAP_FEATURE_LINK_UPDATE_ORDER };

enum feature_answer { FEATURE_NOT_ASKED, FEATURE_YES, FEATURE_NO, FEATURE_UNKNOWN };

struct feature {
	enum feature_answer answer;
	int errnum;     /* why it is unknown; 0: there was no cgroup to ask about */
	char probe[96]; /* what was asked, and what the kernel said */
};

/* Asks the kernel. cgroup_fd is any cgroup, or -1 when there is none to ask about. All but one ask
 * without a trace: whether links are updated right shows only in a scratch cgroup. */
void feature_probe(struct feature *out, struct kernel *kernel, enum cgswap_feature feature,
		   int cgroup_fd);

bool feature_exists(enum cgswap_feature feature);

/* 0 when there is no such feature. */
enum cgswap_feature feature_by_name(const char *name, size_t length);

/*
 * Whether a program could be attached to this type with these flags, by a call that has no
 * target: -EBADF means yes, anything else is what the kernel holds against it.
 */
int feature_dry_attach(struct kernel *kernel, int program_fd, uint32_t type, uint32_t flags);

#endif
