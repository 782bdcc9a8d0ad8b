/* SPDX-License-Identifier: BSD-2-Clause */
/* A program array for each program; the called programs count under the keys 1 to 3. */
#define FIRST_KEY 1
#include "filled_apart.bpf.h"
