/* SPDX-License-Identifier: BSD-2-Clause */
/* The source gives a number of entries, which a loader may raise. */
#define ENTRIES 4
#include "sized_by_loader.bpf.h"
