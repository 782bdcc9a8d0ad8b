/* SPDX-License-Identifier: BSD-2-Clause */
/* A firewall whose source fills its array with a program that denies if its constant is set. */
#include <linux/types.h>

const volatile __u32 gate_denies = 0;

#define GATE_CONSTANT gate_denies
#define GATE_FILLED_SLOT 3
#include "../maps/gate.bpf.h"
