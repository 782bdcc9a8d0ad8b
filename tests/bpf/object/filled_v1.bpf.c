/* SPDX-License-Identifier: BSD-2-Clause */
/* The programs in the array count under the keys 1 and 2. */
#define FIRST_KEY 1
#include "filled.bpf.h"
