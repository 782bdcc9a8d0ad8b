/* SPDX-License-Identifier: BSD-2-Clause */
/* The programs in the array count under the keys 3 and 4. */
#define FIRST_KEY 3
#include "filled.bpf.h"
