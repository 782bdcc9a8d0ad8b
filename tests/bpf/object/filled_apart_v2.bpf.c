/* SPDX-License-Identifier: BSD-2-Clause */
/* A program array for each program; the called programs count under the keys 4 to 6. */
#define FIRST_KEY 4
#include "filled_apart.bpf.h"
