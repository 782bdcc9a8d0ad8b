/* SPDX-License-Identifier: BSD-2-Clause */
/* A map of maps, and the map in it by its own name. */
#define VALUE __u64
#define FILLED
#define DIRECT
#include "nested.bpf.h"

char _license[] SEC("license") = "Dual BSD/GPL";
