/* SPDX-License-Identifier: BSD-2-Clause */
/* A map of maps with another value type. */
#define VALUE __u32
#include "nested.bpf.h"

char _license[] SEC("license") = "Dual BSD/GPL";
