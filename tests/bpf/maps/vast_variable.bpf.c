/* SPDX-License-Identifier: BSD-2-Clause */
/* The map of vast_short, and a variable. */
#define NAME connections
#define VARIABLE
#include "vast.bpf.h"
