/* SPDX-License-Identifier: BSD-2-Clause */
/* sized_maps with maps of two types. */
#define TYPE_OF_UDP BPF_MAP_TYPE_HASH
#include "sized_maps.bpf.c"
