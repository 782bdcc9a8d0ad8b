/* SPDX-License-Identifier: BSD-2-Clause */
/* Two programs that share a program array; the programs in it count under the keys 1 and 2. */
#define FIRST_KEY 1
#define TWO_CALLERS
#include "filled.bpf.h"
