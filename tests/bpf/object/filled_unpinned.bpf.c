/* SPDX-License-Identifier: BSD-2-Clause */
/* The program array is not pinned. */
#define FIRST_KEY 1
#define PINNED_NOWHERE
#include "filled.bpf.h"
