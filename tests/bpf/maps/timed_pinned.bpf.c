/* SPDX-License-Identifier: BSD-2-Clause */
/* The map is pinned by its name. */
#define PINNED
#include "timed.bpf.h"
