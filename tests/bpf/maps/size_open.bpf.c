/* SPDX-License-Identifier: BSD-2-Clause */
/* The source leaves the number of entries open. */
#include "sized_by_loader.bpf.h"
