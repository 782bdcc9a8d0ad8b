/* SPDX-License-Identifier: BSD-2-Clause */
/* A map of maps of another shape. */
#define VALUE __u32
#include "nested.bpf.h"

char _license[] SEC("license") = "Dual BSD/GPL";
