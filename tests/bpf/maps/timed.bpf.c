/* SPDX-License-Identifier: BSD-2-Clause */
/* The map is not pinned. */
#include "timed.bpf.h"
