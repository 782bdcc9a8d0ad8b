/* SPDX-License-Identifier: BSD-2-Clause */
/* The array is pinned nowhere. */
#define FIRST_KEY 1
#define PINNED_NOWHERE
#include "filled.bpf.h"
