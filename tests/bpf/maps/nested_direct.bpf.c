/* SPDX-License-Identifier: BSD-2-Clause */
/* A map of maps, whose inner map the program uses by its own name as well. */
#define VALUE __u64
#define FILLED
#define DIRECT
#include "nested.bpf.h"

char _license[] SEC("license") = "Dual BSD/GPL";
