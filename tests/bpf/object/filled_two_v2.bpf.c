/* SPDX-License-Identifier: BSD-2-Clause */
/* Two programs that share a program array; the programs in it count under the keys 3 and 4. */
#define FIRST_KEY 3
#define TWO_CALLERS
#include "filled.bpf.h"
