/* SPDX-License-Identifier: BSD-2-Clause */
/* A map of maps. */
#define VALUE __u64
#define FILLED
#include "nested.bpf.h"

char _license[] SEC("license") = "Dual BSD/GPL";
