/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the demo and its BPF programs. */
#ifndef SWAP_UNDER_TRAFFIC_H
#define SWAP_UNDER_TRAFFIC_H

#include <linux/types.h>

#define FLOOD_MAX (1 << 21) /* packets of one flood have smaller numbers */

/* How often each version of the firewall saw one packet. */
struct sighting {
	__u32 by_v1;
	__u32 by_v2;
};

#endif
